"""Events that are kept here, and how much memory their queries may take."""

from pathlib import Path

import pytest

from aftermerge.errors import SettingsError
from aftermerge.model.table import EventsTable
from aftermerge.settings import Settings, is_read_as_rows, read_settings

EVENTS = '[workspace]\nname = "Harbor"\n[[usage.events]]\nname = "app"\nunit = "u"\ntime = "t"\nevent = "e"\n'


def read(root: Path, text: str) -> Settings:
    (root / "aftermerge.toml").write_text(text, encoding="utf-8")
    return read_settings(root, {})


def refused(root: Path, text: str) -> tuple[int | None, str]:
    """The line, and what is said with what to do."""
    with pytest.raises(SettingsError) as caught:
        read(root, text)
    assert caught.value.where is not None
    return caught.value.where.line, f"{caught.value.what}; {caught.value.then}"


def test_events_may_be_kept_with_their_id_and_for_some_days(tmp_path: Path) -> None:
    keys = 'table = "data/*.jsonl.gz"\nstored = true\nevent_id = "id"\nkeep = "400d"\n'
    (table,) = read(tmp_path, EVENTS + keys).tables
    assert isinstance(table, EventsTable)
    assert (table.is_stored, table.event_id, table.keep_days) == (True, "id", 400)
    assert not is_read_as_rows(table)


def test_events_are_not_kept_unless_the_file_says_so(tmp_path: Path) -> None:
    (table,) = read(tmp_path, EVENTS + 'table = "a.csv"\n').tables
    assert isinstance(table, EventsTable)
    assert (table.is_stored, table.keep_days) == (False, None)
    assert is_read_as_rows(table)


@pytest.mark.parametrize(
    ("keys", "line", "words"),
    [
        ('table = "a.parquet"\nevent_id = "id"\n', 9, "add `stored = true`"),
        ('table = "a.parquet"\nkeep = "9d"\n', 9, "`keep` is for events that are kept here"),
        ('table = "a.parquet"\nstored = true\nkeep = "9 months"\n', 10, 'write `keep = "400d"`'),
        ('table = "*.csv"\n', 8, "`stored = true`"),
        ('table = "a.parquet.gz"\nstored = true\n', 8, "unpack it"),
        ('engine = "postgres://db"\ntable = "events"\nstored = true\n', 10, "engine of its own"),
    ],
)
def test_what_can_t_be_kept_is_told_with_its_line(tmp_path: Path, keys: str, line: int, words: str) -> None:
    at, said = refused(tmp_path, EVENTS + keys)
    assert at == line
    assert words in said


def test_a_source_keeps_clear_of_a_stored_table_s_name(tmp_path: Path) -> None:
    keys = 'table = "data/*.csv"\nstored = true\n[[source]]\nkind = "csv"\npath = "app.csv"\nas = "feedback"\n'
    assert [source.name for source in read(tmp_path, EVENTS + keys).sources] == ["app-2"]


def test_the_memory_of_queries_may_be_capped(tmp_path: Path) -> None:
    assert read(tmp_path, '[workspace]\nname = "Harbor"\n[usage]\nmemory = "1 GiB"\n').memory == "1GiB"
    assert read(tmp_path, '[workspace]\nname = "Harbor"\n').memory is None


@pytest.mark.parametrize(("given", "words"), [("lots", "`1GiB`"), ("64MB", "`128MiB` at least"), ("0GiB", "no size")])
def test_a_size_that_is_none_or_too_small_is_refused(tmp_path: Path, given: str, words: str) -> None:
    at, said = refused(tmp_path, f'[workspace]\nname = "Harbor"\n[usage]\nmemory = "{given}"\n')
    assert at == 4
    assert words.strip("`") in said
