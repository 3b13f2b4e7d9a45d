"""Tables of what customers were told, and what they answered."""

from sqlalchemy import Column, Table, Text

from aftermerge.ledger.tables.columns import UtcTime, sorted_text
from aftermerge.ledger.tables.metadata import metadata

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
