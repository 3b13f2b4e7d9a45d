"""The local store's manifest: its parts, the codes of its units, and the files that were taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _key() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _time() -> sa.Text:
    return sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "kept_table",
        sa.Column("table", _key(), primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("account", sa.Text),
        sa.Column("event_id", sa.Text),
        sa.Column("types", sa.Text, nullable=False),
        sa.Column("next_codes", sa.Text, nullable=False),
        sa.Column("next_file", sa.Integer, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
    )
    op.create_table(
        "kept_part",
        sa.Column("table", _key(), primary_key=True),
        sa.Column("id", _key(), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("first_at", _time(), nullable=False),
        sa.Column("last_at", _time(), nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("codes", sa.BigInteger, nullable=False),
        sa.Column("created_at", _time(), nullable=False),
    )
    op.create_table(
        "kept_codes",
        sa.Column("table", _key(), primary_key=True),
        sa.Column("id", _key(), primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("created_at", _time(), nullable=False),
    )
    op.create_table(
        "taken_file",
        sa.Column("table", _key(), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("modified_ns", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("taken_at", _time(), nullable=False),
    )
