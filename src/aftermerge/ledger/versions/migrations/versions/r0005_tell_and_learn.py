"""What customers and the team were told, what customers answered, thanks, and when a change was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _key() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _time() -> sa.Text:
    return sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("change", sa.Column("begun_at", _time()))
    _create_told()
    _create_learned()


def _create_told() -> None:
    op.create_table(
        "message",
        sa.Column("kind", _key(), primary_key=True),
        sa.Column("bet", _key(), primary_key=True),
        sa.Column("asker", _key(), primary_key=True),
        sa.Column("feedback", _key(), nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("changed_at", _time(), nullable=False),
        sa.Column("attempted_at", _time()),
        sa.Column("sent_at", _time()),
        sa.Column("url", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "confirmation",
        sa.Column("bet", _key(), primary_key=True),
        sa.Column("asker", _key(), primary_key=True),
        sa.Column("feedback", _key(), nullable=False),
        sa.Column("helped", sa.Text, nullable=False),
        sa.Column("said_at", _time(), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table("opt_out", sa.Column("digest", _key(), primary_key=True))


def _create_learned() -> None:
    op.create_table(
        "notice",
        sa.Column("name", _key(), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("url", sa.Text),
    )
    op.create_table(
        "milestone",
        sa.Column("bet", _key(), primary_key=True),
        sa.Column("stage", _key(), primary_key=True),
        sa.Column("at", _time(), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "thanks",
        sa.Column("id", _key(), primary_key=True),
        sa.Column("given_at", _time(), nullable=False),
        sa.Column("giver", sa.Text, nullable=False),
        sa.Column("receiver", sa.Text, nullable=False),
        sa.Column("habit", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("published_at", _time()),
    )
    op.create_table(
        "own_name",
        sa.Column("source", _key(), primary_key=True),
        sa.Column("name", _key(), primary_key=True),
        sa.Column("person", _key(), nullable=False),
    )
