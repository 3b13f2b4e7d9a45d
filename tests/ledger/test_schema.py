"""The tables keep all that the nouns have, and the migrations build those tables."""

from dataclasses import fields

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table

from aftermerge.ledger import open_ledger
from aftermerge.ledger.tables import schema
from aftermerge.ledger.tables.storable import Noun
from aftermerge.ledger.versions.revisions import MIGRATIONS, VERSION_TABLE, known_revisions
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.kept import CodeFile, Layout, Part, TakenFile
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.metric import Metric
from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.thanks import OwnName, Thanks

BESIDE = {"feedback": {"id"}, "bet": {"connector"}, "metric": {"connector"}}
ELSEWHERE = {"feedback": {"problem"}, "release": {"changes"}}


@pytest.mark.parametrize(
    ("noun", "table"),
    [
        (Feedback, schema.hear.feedback),
        (Change, schema.ship.change),
        (Release, schema.ship.release),
        (Bet, schema.bet.bet),
        (Metric, schema.bet.metric),
        (Link, schema.ship.link),
        (Message, schema.tell.message),
        (Confirmation, schema.tell.confirmation),
        (Notice, schema.learn.notice),
        (Milestone, schema.learn.milestone),
        (Thanks, schema.learn.thanks),
        (OwnName, schema.learn.own_name),
        (Layout, schema.measure.kept_table),
        (Part, schema.measure.kept_part),
        (CodeFile, schema.measure.kept_codes),
        (TakenFile, schema.measure.taken_file),
    ],
)
def test_every_field_of_a_noun_has_its_column(noun: type[Noun], table: Table) -> None:
    columns = set(table.c.keys()) - BESIDE.get(table.name, set())
    assert columns | ELSEWHERE.get(table.name, set()) == {field.name for field in fields(noun)}


def test_the_migrations_build_the_tables_of_the_schema(address: str) -> None:
    def ours(_thing: object, name: str | None, *_rest: object) -> bool:
        return name != VERSION_TABLE

    with open_ledger(address) as ledger, ledger.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, schema.metadata) == []


def test_the_names_of_the_files_tell_the_revisions_that_alembic_finds() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert known_revisions(MIGRATIONS) == tuple(reversed([script.revision for script in scripts.walk_revisions()]))


def test_no_table_has_a_row_a_person() -> None:
    def keys(table: Table) -> set[str]:
        return {column.name for column in table.primary_key}

    people = {"author", "owner", "actor", "person", "holder"}
    assert not [table.name for table in schema.metadata.tables.values() if keys(table) & people]


def test_no_table_counts_its_own_ids() -> None:
    assert not [table.name for table in schema.metadata.tables.values() if table.autoincrement_column is not None]
