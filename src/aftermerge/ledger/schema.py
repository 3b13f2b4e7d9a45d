"""The tables. A column bears the name of the dataclass's field that it keeps; `migrations/` builds them."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from aftermerge.ledger.columns import AmountColumn, Document, RolloutColumn, UtcTime, Words, sorted_text

metadata = MetaData()

source_cursor = Table(
    "source_cursor",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("cursor", Text, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("source", sorted_text(), nullable=False),
    Column("external_id", sorted_text(), nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("rating", Double),
    Column("author", Text),
    Column("account", Text),
    Column("version", Text),
    Column("language", Text),
    Column("reply", Text),
    Column("replied_at", UtcTime),
    Column("may_contact", Boolean, nullable=False),
    Column("may_quote", Boolean, nullable=False),
)

feedback_problem = Table(
    "feedback_problem",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("problem", sorted_text(), nullable=False),
    Index("feedback_problem_by_problem", "problem"),
)

change = Table(
    "change",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("source", sorted_text(), primary_key=True),
    Column("merged_at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("branch", Text),
    Column("paths", Words, nullable=False),
)

release = Table(
    "release",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("id", sorted_text(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("released_at", UtcTime, nullable=False),
    Column("prerelease", Boolean, nullable=False),
    Column("commit", Text),
    Column("notes", Text, nullable=False),
)

release_change = Table(
    "release_change",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("release", sorted_text(), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("change", sorted_text(), nullable=False),
    ForeignKeyConstraint(["source", "release"], ["release.source", "release.id"], ondelete="CASCADE"),
)

bet = Table(
    "bet",
    metadata,
    Column("slug", sorted_text(), primary_key=True),
    Column("connector", sorted_text(), nullable=False),
    Column("metric", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("helps", Text, nullable=False),
    Column("problem", Text),
    Column("also", Words, nullable=False),
    Column("guardrails", Words, nullable=False),
    Column("expect", AmountColumn),
    Column("worth", AmountColumn),
    Column("appetite_days", Double),
    Column("decide", Date),
    Column("stop", Text),
    Column("owner", Text),
    Column("flag", Text),
    Column("control", Text),
    Column("treatment", Text),
    Column("split", Document, nullable=False),
    Column("rollout", RolloutColumn),
    Column("paths", Words, nullable=False),
    Column("why", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("begun_at", UtcTime),
    Column("framed_at", UtcTime),
)

metric = Table(
    "metric",
    metadata,
    Column("name", sorted_text(), primary_key=True),
    Column("connector", sorted_text(), nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("good", Text, nullable=False),
    Column("worth", AmountColumn, nullable=False),
    Column("label", Text, nullable=False),
    Column("event", Text),
    Column("column", Text),
    Column("value", Text),
    Column("numerator", Text),
    Column("denominator", Text),
    Column("where", Text),
    Column("problem", Text),
    Column("unit", Text, nullable=False),
    Column("winsorize", Double),
    Column("steps", Words, nullable=False),
    Column("day", Integer),
    Column("q", Double),
    Column("segment", Text),
    Column("covariate", Text),
    Column("window_days", Integer, nullable=False),
    Column("watch", Boolean, nullable=False),
    Column("was", Words, nullable=False),
    Column("framed_at", UtcTime),
)

link = Table(
    "link",
    metadata,
    Column("change", sorted_text(), primary_key=True),
    Column("bet", sorted_text(), primary_key=True),
    Column("rule", Text, nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("name", sorted_text(), primary_key=True),
    Column("as_of", UtcTime, nullable=False),
)

readout = Table(
    "readout",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_id", sorted_text(), nullable=False),
    Column("metric", sorted_text(), nullable=False),
    Column("document", Document, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("name", sorted_text(), primary_key=True),
    Column("token", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Text),
    Column("until", UtcTime, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Document, nullable=False),
)
