"""Tables of what was measured, and the local store's manifest."""

from sqlalchemy import BigInteger, Column, Date, Integer, Table, Text

from aftermerge.ledger.tables.columns import Document, Numbers, UtcTime, sorted_text
from aftermerge.ledger.tables.metadata import metadata

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
