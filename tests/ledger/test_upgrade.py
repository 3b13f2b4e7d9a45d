"""Upgrading: from the first revision to this one, and from this one to a next that is made up here."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from sqlalchemy import text

from aftermerge.errors import LedgerError, LedgerVersionError
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.ledger.backups import transfer
from aftermerge.ledger.backups.backup import backup, restore
from aftermerge.ledger.backups.upgrade import upgrade
from aftermerge.ledger.versions.revisions import MIGRATIONS, known_revisions
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.feedback import Feedback, Heard, Verbatim
from aftermerge.model.metric import Metric
from aftermerge.model.problem import Attribution
from aftermerge.ports import Stored

HEAD = known_revisions(MIGRATIONS)[-1]
NEXT = f"{int(HEAD) + 1:04}"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROWS = (Feedback("r", "1", NOON, "x", problem="slow"), Feedback("r", "2", NOON, "y"))

REBUILDS_FEEDBACK = """
    with op.batch_alter_table("feedback", recreate="auto") as table:
        table.add_column(sa.Column("mood", sa.Text, nullable=False, server_default="calm"))
        table.alter_column("text", type_=sa.String(5000), existing_type=sa.Text, existing_nullable=False)
"""
FIRST_BET = """
    INSERT INTO bet (slug, connector, metric, asked, helps, also, guardrails, expect, paths, why, file)
    VALUES ('b', 'workspace', 'm', '', '', '["n"]', '[]', '{"value": 5.0, "unit": "pp"}', '[]', '', 'bets/b.md')
"""
FIRST_METRIC = """
    INSERT INTO metric (name, connector, kind, source, good, worth, label, unit, winsorize, window_days, watch, was)
    VALUES ('m', 'workspace', 'count', 'app', 'up', '{"value": 1.0, "unit": "pp"}', '', 'user', 0.9, 28, false, '[]')
"""
SECOND_FEEDBACK = (
    """
    INSERT INTO feedback (id, source, external_id, time, text, author, reply, may_contact, may_quote)
    VALUES ('r:1', 'r', '1', '2026-03-01T12:00:00.000000+00:00', 'words', 'ann', 'an answer', true, false),
           ('r:2', 'r', '2', '2026-03-02T12:00:00.000000+00:00', 'more', NULL, NULL, false, true)
    """,
    "INSERT INTO feedback_problem (feedback_id, problem) VALUES ('r:1', 'slow')",
)
FAILS_HALF_WAY = """
    op.add_column("feedback", sa.Column("mood", sa.Text))
    op.execute("DELETE FROM feedback_problem")
    op.execute("SELECT * FROM no_such_table")
"""
LOSES_ROWS = """
    op.execute("DELETE FROM feedback")
"""


def scripts_with(folder: Path, body: str) -> Path:
    """The real migrations and one more."""
    scripts = folder / "newer scripts %"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    head = dedent(f"""\
        import sqlalchemy as sa
        from alembic import op

        revision = "{NEXT}"
        down_revision = "{HEAD}"

        def upgrade() -> None:
        """)
    (scripts / "versions" / f"r{NEXT}_made_up.py").write_text(head + body)
    return scripts


def older_scripts(folder: Path, last: str) -> Path:
    """The real migrations up to a revision."""
    scripts = folder / "older scripts"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (scripts / "versions").glob("r*_*.py"):
        if file.stem[1:5] > last:
            file.unlink()
    return scripts


def fill(address: str) -> None:
    with open_ledger(address, clock=lambda: NOON) as ledger:
        ledger.store("r", Batch("end", feedback=ROWS))


def everything(ledger: SqlLedger) -> dict[str, list[object]]:
    with ledger.database.reading() as connection:
        return {table.name: list(transfer.rows(connection, table)) for table in transfer.tables_there(connection)}


def test_a_ledger_at_head_needs_nothing_and_gets_no_backup(address: str, tmp_path: Path) -> None:
    fill(address)
    summary = upgrade(address, tmp_path / "backups", lambda: NOON)
    assert (summary.before, summary.after, summary.backup, summary.done) == (HEAD, HEAD, None, False)
    assert not (tmp_path / "backups").exists()


def test_a_ledger_behind_head_is_not_opened_and_the_next_step_named(address: str, tmp_path: Path) -> None:
    fill(address)
    with pytest.raises(LedgerVersionError, match="run `aftermerge upgrade`"):
        open_ledger(address, scripts=scripts_with(tmp_path, REBUILDS_FEEDBACK))


def test_bets_and_metrics_of_the_first_revision_are_kept_and_say_nothing_of_what_came_later(
    address: str, tmp_path: Path
) -> None:
    with (
        open_ledger(address, clock=lambda: NOON, scripts=older_scripts(tmp_path, "0001")) as old,
        old.database.writing() as at,
    ):
        for statement in (FIRST_BET, FIRST_METRIC):
            at.execute(text(statement))
    assert upgrade(address, tmp_path / "backups", lambda: NOON).before == "0001"
    with open_ledger(address) as ledger:
        assert ledger.bets() == [Bet("b", "m", also=("n",), expect=Amount(5.0, "pp"), file="bets/b.md")]
        assert ledger.metrics() == [Metric("m", "count", "app", "up", Amount(1.0, "pp"), winsorize=0.9)]


def test_feedback_of_the_second_revision_is_kept_whole_and_is_heard_anew(address: str, tmp_path: Path) -> None:
    scripts = older_scripts(tmp_path, "0002")
    with open_ledger(address, clock=lambda: NOON, scripts=scripts) as old, old.database.writing() as at:
        for statement in SECOND_FEEDBACK:
            at.execute(text(statement))
    assert upgrade(address, tmp_path / "backups", lambda: NOON).before == "0002"
    rows = (
        Feedback("r", "1", NOON, "words", author="ann", problem="slow", reply="an answer"),
        Feedback("r", "2", NOON + timedelta(days=1), "more", may_contact=False, may_quote=True),
    )
    with open_ledger(address) as ledger:
        assert ledger.heard_since(0) == Heard(1, rows)
        assert ledger.attributions() == [Attribution("r:1", "slow", "source")]
        assert ledger.verbatim("r:1", "test") == Verbatim("r:1", "words", "an answer")
        assert ledger.store("r", Batch("end", feedback=rows)) == Stored()
        ledger.forget("r:ann")
        assert [row.text for row in ledger.feedback()] == ["", "more"]


def test_an_upgrade_keeps_every_row_even_where_a_table_is_rebuilt(address: str, tmp_path: Path) -> None:
    fill(address)
    scripts = scripts_with(tmp_path, REBUILDS_FEEDBACK)
    summary = upgrade(address, tmp_path / "backups", lambda: NOON, scripts=scripts)
    assert (summary.before, summary.after, summary.done) == (HEAD, NEXT, True)
    with open_ledger(address, scripts=scripts) as ledger:
        with ledger.database.reading() as connection:
            assert connection.scalars(text("SELECT mood FROM feedback")).all() == ["calm", "calm"]
            assert connection.execute(text("SELECT feedback_id, problem FROM feedback_problem")).all() == [
                ("r:1", "slow")
            ]
        assert [entry.verb for entry in ledger.journal()] == ["store", "upgrade"]


def test_a_ledger_upgraded_by_a_newer_aftermerge_is_refused_by_this_one(address: str, tmp_path: Path) -> None:
    fill(address)
    upgrade(address, tmp_path / "backups", lambda: NOON, scripts=scripts_with(tmp_path, REBUILDS_FEEDBACK))
    with pytest.raises(LedgerVersionError, match=rf"{NEXT}.*newer Aftermerge"):
        open_ledger(address)
    with pytest.raises(LedgerVersionError, match=rf"{NEXT}.*newer Aftermerge"):
        upgrade(address, tmp_path / "backups", lambda: NOON)


def test_a_migration_that_fails_leaves_the_ledger_as_it_was(address: str, tmp_path: Path) -> None:
    assert_untouched_by(address, tmp_path, FAILS_HALF_WAY)


def test_a_migration_that_leaves_rows_which_refer_to_nothing_fails(tmp_path: Path) -> None:
    assert_untouched_by(str(tmp_path / "ledger.db"), tmp_path, LOSES_ROWS)


def assert_untouched_by(address: str, tmp_path: Path, body: str) -> None:
    fill(address)
    with open_ledger(address) as ledger:
        before = everything(ledger)
    with pytest.raises(LedgerError, match=r"failed and changed nothing(.|\n)*backup is at"):
        upgrade(address, tmp_path / "backups", lambda: NOON, scripts=scripts_with(tmp_path, body))
    with open_ledger(address) as ledger:
        assert everything(ledger) == before


def test_the_backup_of_a_file_opens_in_its_place(tmp_path: Path) -> None:
    fill(str(tmp_path / "ledger.db"))
    scripts = scripts_with(tmp_path, REBUILDS_FEEDBACK)
    summary = upgrade(tmp_path / "ledger.db", tmp_path / "backups", lambda: NOON, scripts=scripts)
    assert summary.backup == tmp_path / "backups" / f"ledger-{HEAD}-20260301T120000Z.db"
    assert summary.backup.stat().st_mode & 0o077 == 0
    with open_ledger(summary.backup) as old:
        assert old.feedback() == list(ROWS)


def test_the_backup_of_a_postgresql_ledger_can_be_restored_anywhere(postgres: str, tmp_path: Path) -> None:
    fill(postgres)
    scripts = scripts_with(tmp_path, REBUILDS_FEEDBACK)
    summary = upgrade(postgres, tmp_path / "backups", lambda: NOON, scripts=scripts)
    assert summary.backup == tmp_path / "backups" / f"ledger-{HEAD}-20260301T120000Z.zip"
    with open_ledger(tmp_path / "old.db") as old:
        restore(summary.backup, old)
        assert old.feedback() == list(ROWS)


def test_a_backup_of_an_older_revision_is_brought_up_to_date_when_restored(address: str, tmp_path: Path) -> None:
    fill(address)
    with open_ledger(address) as ledger:
        saved = backup(ledger, tmp_path / "old.zip").path
    scripts = scripts_with(tmp_path, REBUILDS_FEEDBACK)
    with open_ledger(tmp_path / "new.db", scripts=scripts) as new:
        assert restore(saved, new, scripts=scripts).path == saved
        with new.database.reading() as connection:
            assert connection.scalars(text("SELECT mood FROM feedback")).all() == ["calm", "calm"]
        assert [entry.verb for entry in new.journal()] == ["store", "restore"]


def test_where_there_is_no_ledger_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger at"):
        upgrade(tmp_path / "ledger.db", tmp_path, lambda: NOON)
    assert not list(tmp_path.iterdir())


def test_an_empty_schema_is_no_ledger_to_upgrade(postgres: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger at"):
        upgrade(postgres, tmp_path, lambda: NOON)


def test_without_room_for_a_backup_nothing_is_migrated(address: str, tmp_path: Path) -> None:
    fill(address)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match="can't write"):
        upgrade(address, tmp_path / "file", lambda: NOON, scripts=scripts_with(tmp_path, REBUILDS_FEEDBACK))
    open_ledger(address).close()
