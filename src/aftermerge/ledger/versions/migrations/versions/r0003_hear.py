"""What customers said, whole: words apart, who spoke, problems that a person confirmed, and what was forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _feedback()
    _beside_feedback()
    _problems()
    _themes()
    _forgotten()
    _what_was_heard_before()


def _feedback() -> None:
    op.add_column("feedback", sa.Column("account_value", sa.Double))
    op.add_column("feedback", sa.Column("thread", sa.Text))
    op.add_column("feedback", sa.Column("replied_by", sa.Text))
    op.add_column("feedback", sa.Column("updated_at", _time()))
    op.add_column("feedback_problem", sa.Column("by", sa.Text, nullable=False, server_default="source"))
    op.add_column("feedback_problem", sa.Column("certainty", sa.Double))


def _beside_feedback() -> None:
    op.create_table("feedback_released", _of_feedback("feedback_id", primary_key=True))
    op.create_table(
        "feedback_revision",
        sa.Column("feedback_id", _key(), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
    )
    op.create_index("feedback_revision_by_revision", "feedback_revision", ["revision"])
    op.create_table(
        "verbatim",
        _of_feedback("feedback_id", primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reply", sa.Text),
    )
    op.create_table(
        "customer",
        sa.Column("source", _key(), primary_key=True),
        sa.Column("ref", _key(), primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
    )
    op.create_table("near_copy", _of_feedback("feedback_id", primary_key=True), _of_feedback("copy_of"))
    op.create_index("near_copy_by_copy_of", "near_copy", ["copy_of"])


def _problems() -> None:
    op.create_table(
        "problem",
        sa.Column("id", _key(), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("confirmed_at", _time(), nullable=False),
        sa.Column("merged_into", _key()),
    )
    op.create_table(
        "curation",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _time(), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
    )


def _themes() -> None:
    op.create_table(
        "theme",
        sa.Column("id", _key(), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
    op.create_table(
        "theme_member",
        sa.Column("theme", _key(), sa.ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        _of_feedback("feedback_id"),
    )
    op.create_index("theme_member_by_feedback", "theme_member", ["feedback_id"])


def _forgotten() -> None:
    op.create_table(
        "tombstone",
        sa.Column("digest", _key(), primary_key=True),
        sa.Column("forgotten_at", _time(), nullable=False),
    )


def _what_was_heard_before() -> None:
    """Until now words were kept as they were written, so they are the verbatim too."""
    op.execute("INSERT INTO verbatim (feedback_id, text, reply) SELECT id, text, reply FROM feedback")
    op.execute("INSERT INTO feedback_revision (feedback_id, revision, gone) SELECT id, 1, false FROM feedback")


def _of_feedback(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    feedback = sa.ForeignKey("feedback.id", ondelete="CASCADE")
    return sa.Column(name, _key(), feedback, primary_key=primary_key, nullable=False)


def _key() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _time() -> sa.Text:
    return sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
