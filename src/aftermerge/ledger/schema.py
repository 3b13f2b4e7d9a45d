"""The tables. A column bears the name of the dataclass's field that it keeps; `migrations/` builds them."""

from sqlalchemy import (
    BigInteger,
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

from aftermerge.ledger.columns import AmountColumn, Document, Numbers, RolloutColumn, UtcTime, Words, sorted_text

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
    Column("account_value", Double),
    Column("thread", Text),
    Column("version", Text),
    Column("language", Text),
    Column("reply", Text),
    Column("replied_at", UtcTime),
    Column("replied_by", Text),
    Column("updated_at", UtcTime),
    Column("may_contact", Boolean, nullable=False),
    Column("may_quote", Boolean, nullable=False),
)

feedback_problem = Table(
    "feedback_problem",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("problem", sorted_text(), nullable=False),
    Column("by", Text, nullable=False),
    Column("certainty", Double),
    Index("feedback_problem_by_problem", "problem"),
)

# Feedback of which a person said that it speaks of no problem: nothing but a person gives it one again.
feedback_released = Table(
    "feedback_released",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
)

# What is gone stays in it, so it does not refer to `feedback`.
feedback_revision = Table(
    "feedback_revision",
    metadata,
    Column("feedback_id", sorted_text(), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Index("feedback_revision_by_revision", "revision"),
)

verbatim = Table(
    "verbatim",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("reply", Text),
)

customer = Table(
    "customer",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("ref", sorted_text(), primary_key=True),
    Column("name", Text),
    Column("email", Text),
)

near_copy = Table(
    "near_copy",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("copy_of", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
    Index("near_copy_by_copy_of", "copy_of"),
)

problem = Table(
    "problem",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("title", Text, nullable=False),
    Column("confirmed_at", UtcTime, nullable=False),
    Column("merged_into", sorted_text()),
)

curation = Table(
    "curation",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Document, nullable=False),
    Column("undone", Boolean, nullable=False),
)

theme = Table(
    "theme",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("words", Words, nullable=False),
)

theme_member = Table(
    "theme_member",
    metadata,
    Column("theme", sorted_text(), ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
    Index("theme_member_by_feedback", "feedback_id"),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("digest", sorted_text(), primary_key=True),
    Column("forgotten_at", UtcTime, nullable=False),
)

change = Table(
    "change",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("source", sorted_text(), primary_key=True),
    Column("merged_at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("begun_at", UtcTime),
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

linked_by_hand = Table("linked_by_hand", metadata, Column("change", sorted_text(), primary_key=True))

pull_request = Table(
    "pull_request",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("repository", sorted_text(), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("merge_commit", sorted_text(), nullable=False),
    Column("merged_at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("branch", Text),
)

frozen_claim = Table(
    "frozen_claim",
    metadata,
    Column("bet", sorted_text(), primary_key=True),
    Column("frozen_at", UtcTime, nullable=False),
    Column("commit", Text),
    Column("claim", Text, nullable=False),
)

message = Table(
    "message",
    metadata,
    Column("kind", sorted_text(), primary_key=True),
    Column("bet", sorted_text(), primary_key=True),
    Column("asker", sorted_text(), primary_key=True),
    Column("feedback", sorted_text(), nullable=False),
    Column("reference", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("attempted_at", UtcTime),
    Column("sent_at", UtcTime),
    Column("url", Text),
    Column("reason", Text, nullable=False),
)

confirmation = Table(
    "confirmation",
    metadata,
    Column("bet", sorted_text(), primary_key=True),
    Column("asker", sorted_text(), primary_key=True),
    Column("feedback", sorted_text(), nullable=False),
    Column("helped", Text, nullable=False),
    Column("said_at", UtcTime, nullable=False),
    Column("by", Text, nullable=False),
)

# Of those who do not want to be written to only a digest, so that forgetting them keeps their word.
opt_out = Table("opt_out", metadata, Column("digest", sorted_text(), primary_key=True))

notice = Table(
    "notice",
    metadata,
    Column("name", sorted_text(), primary_key=True),
    Column("state", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("url", Text),
)

milestone = Table(
    "milestone",
    metadata,
    Column("bet", sorted_text(), primary_key=True),
    Column("stage", sorted_text(), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("source", Text, nullable=False),
)

thanks = Table(
    "thanks",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("given_at", UtcTime, nullable=False),
    Column("giver", Text, nullable=False),
    Column("receiver", Text, nullable=False),
    Column("habit", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("evidence", Words, nullable=False),
    Column("published_at", UtcTime),
)

own_name = Table(
    "own_name",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("name", sorted_text(), primary_key=True),
    Column("person", sorted_text(), nullable=False),
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

kept_table = Table(
    "kept_table",
    metadata,
    Column("table", sorted_text(), primary_key=True),
    Column("unit", Text, nullable=False),
    Column("time", Text, nullable=False),
    Column("account", Text),
    Column("event_id", Text),
    Column("types", Document, nullable=False),
    Column("next_codes", Document, nullable=False),
    Column("next_file", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
)

kept_part = Table(
    "kept_part",
    metadata,
    Column("table", sorted_text(), primary_key=True),
    Column("id", sorted_text(), primary_key=True),
    Column("day", Date, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
    Column("files", Numbers, nullable=False),
    Column("codes", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

kept_codes = Table(
    "kept_codes",
    metadata,
    Column("table", sorted_text(), primary_key=True),
    Column("id", sorted_text(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

taken_file = Table(
    "taken_file",
    metadata,
    Column("table", sorted_text(), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
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
