"""The first ledger. Written out rather than taken from `ledger/tables/`, which moves on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _key() -> sa.Text:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _time() -> sa.Text:
    return sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")


def _text(name: str, *, blank: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=blank)


def upgrade() -> None:
    _hear()
    _ship()
    _bet()
    _measure()
    _jobs()


def _hear() -> None:
    op.create_table(
        "source_cursor", sa.Column("source", _key(), primary_key=True), sa.Column("cursor", sa.Text, nullable=False)
    )
    op.create_table(
        "feedback",
        sa.Column("id", _key(), primary_key=True),
        sa.Column("source", _key(), nullable=False),
        sa.Column("external_id", _key(), nullable=False),
        sa.Column("time", _time(), nullable=False),
        _text("text", blank=False),
        _text("url"),
        sa.Column("rating", sa.Double),
        *map(_text, ("author", "account", "version", "language", "reply")),
        sa.Column("replied_at", _time()),
        sa.Column("may_contact", sa.Boolean, nullable=False),
        sa.Column("may_quote", sa.Boolean, nullable=False),
    )
    op.create_table(
        "feedback_problem",
        sa.Column("feedback_id", _key(), sa.ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("problem", _key(), nullable=False),
    )
    op.create_index("feedback_problem_by_problem", "feedback_problem", ["problem"])


def _ship() -> None:
    op.create_table(
        "change",
        sa.Column("id", _key(), primary_key=True),
        sa.Column("source", _key(), primary_key=True),
        sa.Column("merged_at", _time(), nullable=False),
        _text("title", blank=False),
        _text("message", blank=False),
        _text("branch"),
        _text("paths", blank=False),
    )
    op.create_table(
        "release",
        sa.Column("source", _key(), primary_key=True),
        sa.Column("id", _key(), primary_key=True),
        _text("kind", blank=False),
        sa.Column("released_at", _time(), nullable=False),
        sa.Column("prerelease", sa.Boolean, nullable=False),
        _text("commit"),
        _text("notes", blank=False),
    )
    op.create_table(
        "release_change",
        sa.Column("source", _key(), primary_key=True),
        sa.Column("release", _key(), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("change", _key(), nullable=False),
        sa.ForeignKeyConstraint(["source", "release"], ["release.source", "release.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "link",
        sa.Column("change", _key(), primary_key=True),
        sa.Column("bet", _key(), primary_key=True),
        _text("rule", blank=False),
    )


def _bet() -> None:
    op.create_table(
        "bet",
        sa.Column("slug", _key(), primary_key=True),
        sa.Column("connector", _key(), nullable=False),
        _text("metric", blank=False),
        _text("asked", blank=False),
        _text("helps", blank=False),
        _text("problem"),
        _text("also", blank=False),
        _text("guardrails", blank=False),
        _text("expect"),
        _text("worth"),
        sa.Column("appetite_days", sa.Double),
        sa.Column("decide", sa.Date),
        *map(_text, ("stop", "owner", "flag", "control", "treatment")),
        _text("paths", blank=False),
        _text("why", blank=False),
        _text("file", blank=False),
        sa.Column("begun_at", _time()),
        sa.Column("framed_at", _time()),
    )


def _measure() -> None:
    op.create_table(
        "metric",
        sa.Column("name", _key(), primary_key=True),
        sa.Column("connector", _key(), nullable=False),
        _text("kind", blank=False),
        _text("source", blank=False),
        _text("good", blank=False),
        _text("worth", blank=False),
        _text("label", blank=False),
        *map(_text, ("event", "column", "value", "numerator", "denominator", "where", "problem")),
        _text("unit", blank=False),
        sa.Column("winsorize", sa.Double),
        sa.Column("window_days", sa.Integer, nullable=False),
        sa.Column("watch", sa.Boolean, nullable=False),
        _text("was", blank=False),
        sa.Column("framed_at", _time()),
    )
    op.create_table(
        "readout",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        _text("subject_kind", blank=False),
        sa.Column("subject_id", _key(), nullable=False),
        sa.Column("metric", _key(), nullable=False),
        _text("document", blank=False),
    )
    op.create_table("run", sa.Column("name", _key(), primary_key=True), sa.Column("as_of", _time(), nullable=False))


def _jobs() -> None:
    op.create_table(
        "lease",
        sa.Column("name", _key(), primary_key=True),
        _text("token", blank=False),
        _text("host", blank=False),
        sa.Column("pid", sa.Integer, nullable=False),
        _text("started"),
        sa.Column("until", _time(), nullable=False),
    )
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _time(), nullable=False),
        _text("actor", blank=False),
        _text("verb", blank=False),
        _text("subject", blank=False),
        _text("detail", blank=False),
    )
