"""`engine` in aftermerge.toml: which engines there are, where they stand, and no secret in sight."""

from pathlib import Path

import pytest

from aftermerge.errors import SettingsError
from aftermerge.outside.engine_address import ASKED
from aftermerge.settings import Settings, read_settings
from aftermerge.usage.engines import connect

EVENTS = '[[usage.events]]\nname = "app"\nunit = "u"\ntime = "t"\nevent = "e"\n'
HEAD = '[workspace]\nname = "Harbor"\n'
READER = "postgresql://reader:${WAREHOUSE_PASSWORD}@db.example.com:5432/warehouse"


def settings(root: Path, text: str) -> Settings:
    (root / "aftermerge.toml").write_text(f"{HEAD}{text}")
    return read_settings(root, {})


def mistake(root: Path, text: str) -> SettingsError:
    with pytest.raises(SettingsError) as raised:
        settings(root, text)
    return raised.value


@pytest.mark.parametrize(
    ("engine", "what", "then"),
    [
        ("postgrse://host/db", "there is no engine `postgrse`", "did you mean `postgres`?"),
        ("snowflake://a/db", "queries for snowflake are written, and never run here", "--dialect snowflake` shows"),
        ("mysql://host/db", "there is no engine `mysql`", "known: "),
        ("postgresql", "does not say where", "postgresql://reader:${WAREHOUSE_PASSWORD}@"),
        ("", "there is no engine ``", "`duckdb`"),
        ("postgresql://reader:hunter2@host/db", "a secret stands in the address", "${NAME}"),
        ("postgresql://host/db?user=a&password=hunter2", "a secret stands in the address", "${NAME}"),
        ("sc://host:15002/;token=hunter2", "a secret stands in the address", "${NAME}"),
    ],
)
def test_an_engine_that_can_t_be_is_refused_with_its_line(tmp_path: Path, engine: str, what: str, then: str) -> None:
    error = mistake(tmp_path, f'{EVENTS}engine = "{engine}"\ntable = "events"\n')
    assert (what in error.what, then in (error.then or "")) == (True, True), error
    assert str(error.where) == "aftermerge.toml:8"
    assert "hunter2" not in str(error)


def test_an_address_whose_secret_the_environment_holds_is_taken_as_it_stands(tmp_path: Path) -> None:
    (table,) = settings(tmp_path, f'{EVENTS}engine = "{READER}"\ntable = "shop.events"\n').tables
    assert (table.engine, table.table) == (READER, "shop.events")


def test_one_line_says_the_engine_of_all_tables_that_name_none(tmp_path: Path) -> None:
    other = EVENTS.replace("app", "web") + 'engine = "duckdb"\n'
    text = f'[usage]\nengine = "{READER}"\n{EVENTS}table = "events"\n{other}table = "web.parquet"\n'
    assert [table.engine for table in settings(tmp_path, text).tables] == [READER, "duckdb"]


def test_a_mistake_in_that_line_is_told_with_it(tmp_path: Path) -> None:
    error = mistake(tmp_path, f'[usage]\nengine = "oracle://x"\n{EVENTS}table = "events"\n')
    assert str(error.where) == "aftermerge.toml:4"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("data/events.parquet", "events"),
        ("data/events/*.parquet", "events"),
        ("events.csv.gz", "events"),
        ("shop.events", "shop.events"),
        ("data/Große Tafel.parquet", '"Große Tafel"'),
    ],
)
def test_elsewhere_a_table_is_called_what_its_file_was(tmp_path: Path, path: str, name: str) -> None:
    (table,) = settings(tmp_path, f'{EVENTS}engine = "{READER}"\ntable = "{path}"\n').tables
    assert table.table == name


def test_every_scheme_that_may_be_written_is_one_that_we_can_ask() -> None:
    assert set(connect._CLIENTS) <= set(ASKED)
