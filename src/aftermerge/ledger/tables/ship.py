"""Tables of what was merged and released."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, Table, Text

from aftermerge.ledger.tables.columns import UtcTime, Words, sorted_text
from aftermerge.ledger.tables.metadata import metadata

change = Table(
    "change",
    metadata,
    Column("id", sorted_text(), primary_key=True),
    Column("source", sorted_text(), primary_key=True),
    Column("merged_at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("begun_at", UtcTime),
    Column("branch", Text),
    Column("paths", Words, nullable=False),
)

release = Table(
    "release",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("id", sorted_text(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("released_at", UtcTime, nullable=False),
    Column("prerelease", Boolean, nullable=False),
    Column("commit", Text),
    Column("notes", Text, nullable=False),
)

release_change = Table(
    "release_change",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("release", sorted_text(), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("change", sorted_text(), nullable=False),
    ForeignKeyConstraint(["source", "release"], ["release.source", "release.id"], ondelete="CASCADE"),
)

pull_request = Table(
    "pull_request",
    metadata,
    Column("source", sorted_text(), primary_key=True),
    Column("repository", sorted_text(), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("merge_commit", sorted_text(), nullable=False),
    Column("merged_at", UtcTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("branch", Text),
)

link = Table(
    "link",
    metadata,
    Column("change", sorted_text(), primary_key=True),
    Column("bet", sorted_text(), primary_key=True),
    Column("rule", Text, nullable=False),
)

linked_by_hand = Table("linked_by_hand", metadata, Column("change", sorted_text(), primary_key=True))
