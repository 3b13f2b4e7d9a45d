"""Pull requests, claims that were frozen, and changes of which a person said what they serve."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _key() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _time() -> sa.Text:
    return sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table("linked_by_hand", sa.Column("change", _key(), primary_key=True))
    op.create_table(
        "pull_request",
        sa.Column("source", _key(), primary_key=True),
        sa.Column("repository", _key(), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("merge_commit", _key(), nullable=False),
        sa.Column("merged_at", _time(), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("branch", sa.Text),
    )
    op.create_table(
        "frozen_claim",
        sa.Column("bet", _key(), primary_key=True),
        sa.Column("frozen_at", _time(), nullable=False),
        sa.Column("commit", sa.Text),
        sa.Column("claim", sa.Text, nullable=False),
    )
