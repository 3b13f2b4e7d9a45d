"""Tables of what was heard."""

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, Table, Text

from aftermerge.ledger.tables.columns import Document, UtcTime, Words, sorted_text
from aftermerge.ledger.tables.metadata import metadata

feedback = Table(
    "feedback",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("source", sorted_text(), nullable=False),
    Column("external_id", sorted_text(), nullable=False),
    Column("time", UtcTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text),
    Column("rating", Double),
    Column("author", Text),
    Column("account", Text),
    Column("account_value", Double),
    Column("thread", Text),
    Column("version", Text),
    Column("language", Text),
    Column("reply", Text),
    Column("replied_at", UtcTime),
    Column("replied_by", Text),
    Column("updated_at", UtcTime),
    Column("may_contact", Boolean, nullable=False),
    Column("may_quote", Boolean, nullable=False),
)

feedback_problem = Table(
    "feedback_problem",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("problem", sorted_text(), nullable=False),
    Column("by", Text, nullable=False),
    Column("certainty", Double),
    Index("feedback_problem_by_problem", "problem"),
)

# Feedback of which a person said that it speaks of no problem: nothing but a person gives it one again.
feedback_released = Table(
    "feedback_released",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
)

# What is gone stays in it, so it does not refer to `feedback`.
feedback_revision = Table(
    "feedback_revision",
    metadata,
    Column("feedback_id", sorted_text(), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("gone", Boolean, nullable=False),
    Index("feedback_revision_by_revision", "revision"),
)

verbatim = Table(
    "verbatim",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("reply", Text),
)

customer = Table(
    "customer",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("ref", sorted_text(), primary_key=True),
    Column("name", Text),
    Column("email", Text),
)

near_copy = Table(
    "near_copy",
    metadata,
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), primary_key=True),
    Column("copy_of", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
    Index("near_copy_by_copy_of", "copy_of"),
)

problem = Table(
    "problem",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("title", Text, nullable=False),
    Column("confirmed_at", UtcTime, nullable=False),
    Column("merged_into", sorted_text()),
)

curation = Table(
    "curation",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Document, nullable=False),
    Column("undone", Boolean, nullable=False),
)

theme = Table(
    "theme",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("words", Words, nullable=False),
)

theme_member = Table(
    "theme_member",
    metadata,
    Column("theme", sorted_text(), ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("feedback_id", sorted_text(), ForeignKey("feedback.id", ondelete="CASCADE"), nullable=False),
    Index("theme_member_by_feedback", "feedback_id"),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("digest", sorted_text(), primary_key=True),
    Column("forgotten_at", UtcTime, nullable=False),
)
