"""Tables of claims."""

from sqlalchemy import Boolean, Column, Date, Double, Integer, Table, Text

from aftermerge.ledger.tables.columns import AmountColumn, Document, RolloutColumn, UtcTime, Words, sorted_text
from aftermerge.ledger.tables.metadata import metadata

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

frozen_claim = Table(
    "frozen_claim",
    metadata,
    Column("bet", sorted_text(), primary_key=True),
    Column("frozen_at", UtcTime, nullable=False),
    Column("commit", Text),
    Column("claim", Text, nullable=False),
)
