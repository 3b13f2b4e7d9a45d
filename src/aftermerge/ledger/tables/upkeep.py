"""Tables of the ledger's own work."""

from sqlalchemy import Column, Integer, Table, Text

from aftermerge.ledger.tables.columns import Document, UtcTime, sorted_text
from aftermerge.ledger.tables.metadata import metadata

source_cursor = Table(
    "source_cursor",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("cursor", Text, nullable=False),
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
