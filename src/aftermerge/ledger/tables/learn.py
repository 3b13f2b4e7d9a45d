"""Tables of what the team was told, how far bets have come, and thanks."""

from sqlalchemy import Column, Table, Text

from aftermerge.ledger.tables.columns import UtcTime, Words, sorted_text
from aftermerge.ledger.tables.metadata import metadata

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
