from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.errors import SettingsError, WorkspaceError
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable
from aftermerge.settings import Settings, find_root, is_read_as_rows, read_settings

WORKSPACE = '[workspace]\nname = "Harbor"\n'


def read(root: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    (root / "aftermerge.toml").write_text(text, encoding="utf-8")
    return read_settings(root, environ or {})


def mistake(root: Path, text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        read(root, text)
    return caught.value


def line(error: SettingsError) -> int | None:
    assert error.where is not None
    assert error.where.file == "aftermerge.toml"
    return error.where.line


def test_a_workspace_with_only_a_name_has_the_defaults(tmp_path: Path) -> None:
    found = read(tmp_path, WORKSPACE)
    assert found.workspace.name == "Harbor"
    assert found.workspace.zone.key == "UTC"
    assert (found.sources, found.tables, found.teams) == ((), (), ())
    assert found.ledger_url == str(tmp_path / ".aftermerge" / "ledger.db")


def test_the_ledger_is_where_the_environment_says(tmp_path: Path) -> None:
    url = "postgresql://host/ledger"
    assert read(tmp_path, WORKSPACE, {"AFTERMERGE_LEDGER_URL": url}).ledger_url == url
    assert read(tmp_path, WORKSPACE, {"AFTERMERGE_LEDGER_URL": ""}).ledger_url.endswith("ledger.db")


def test_a_relative_ledger_is_the_workspace_s_and_not_the_caller_s(tmp_path: Path) -> None:
    def ledger(given: str) -> str:
        return read(tmp_path, WORKSPACE, {"AFTERMERGE_LEDGER_URL": given}).ledger_url

    assert ledger("kept/ledger.db") == str(tmp_path / "kept" / "ledger.db")
    assert ledger("/srv/ledger.db") == "/srv/ledger.db"
    assert ledger("~/ledger.db") == str(Path.home() / "ledger.db")
    assert ledger("me:hunter2@host/db") == "me:hunter2@host/db"


def test_teams_and_their_slack_days_are_read(tmp_path: Path) -> None:
    text = WORKSPACE + '[[team]]\nname = "exports"\nowners = ["@harbor/exports"]\nslack_days = ["friday"]\n'
    (team,) = read(tmp_path, text).teams
    assert (team.name, team.owners, team.slack_days) == ("exports", ("@harbor/exports",), ("friday",))


def test_a_sources_other_keys_stay_as_they_are_for_its_connector(tmp_path: Path) -> None:
    text = WORKSPACE + '[[source]]\nkind = "git"\nrepo = "harbor/app"\nenvironments = ["production"]\n'
    (source,) = read(tmp_path, text).sources
    assert (source.kind, source.name, source.line) == ("git", "app", 3)
    assert source.config == {"repo": "harbor/app", "environments": ["production"]}


def test_sources_are_named_as_given_else_by_repo_path_or_kind_and_numbered_when_taken(tmp_path: Path) -> None:
    text = WORKSPACE + (
        '[[source]]\nkind = "csv"\npath = "data/reviews.csv.gz"\n'
        '[[source]]\nkind = "csv"\npath = "old/reviews.csv"\n'
        '[[source]]\nkind = "git"\npath = "."\n'
        '[[source]]\nkind = "git"\nrepo = "harbor/app"\nname = "reviews-2"\n'
    )
    assert [source.name for source in read(tmp_path, text).sources] == ["reviews", "reviews-3", "git", "reviews-2"]


def test_a_source_keeps_clear_of_a_table_that_is_cleaned_under_its_own_name(tmp_path: Path) -> None:
    text = WORKSPACE + (
        '[[source]]\nkind = "csv"\npath = "cats.csv"\n'
        '[[usage.units]]\nname = "cats"\ntable = "cats.csv.gz"\nunit = "id"\nvariant = "version"\nflag = "gate"\n'
    )
    assert [source.name for source in read(tmp_path, text).sources] == ["cats-2"]


@pytest.mark.parametrize("name", ["workspace", "a:b", "", "a b"])
def test_a_source_name_that_could_not_be_cited_is_refused(tmp_path: Path, name: str) -> None:
    error = mistake(tmp_path, f'{WORKSPACE}[[source]]\nkind = "csv"\nname = "{name}"\n')
    assert line(error) == 5
    assert error.then


def test_two_sources_given_one_name_are_refused(tmp_path: Path) -> None:
    row = '[[source]]\nkind = "csv"\nname = "a"\n'
    error = mistake(tmp_path, WORKSPACE + row + row)
    assert line(error) == 8
    assert "two sources" in error.what


def test_the_three_shapes_of_usage_data_become_tables(tmp_path: Path) -> None:
    text = WORKSPACE + (
        '[[usage.events]]\nname = "app"\ntable = "e/*.parquet"\nunit = "user_id"\naccount = "account_id"\ntime = "ts"\n'
        'event = "event"\nexposure = "exposure"\nflag = "flag"\nvariant = "variant"\ncolumns = { plan = "tier" }\n'
        '[[usage.series]]\nname = "downloads"\ntable = "d.parquet"\nmetric = "package"\nnot_controls = ["x"]\n'
        'columns = { day = "date", segment = "region" }\n'
        '[[usage.units]]\nname = "cats"\ntable = "c.csv.gz"\nunit = "userid"\nvariant = "version"\nflag = "gate"\n'
    )
    assert read(tmp_path, text).tables == (
        EventsTable(
            "app",
            "e/*.parquet",
            "user_id",
            "ts",
            "event",
            "account_id",
            exposure="exposure",
            flag="flag",
            variant="variant",
            columns={"plan": "tier"},
        ),
        SeriesTable("downloads", "d.parquet", "date", "package", "value", segment="region", not_controls=("x",)),
        UnitsTable("cats", "c.csv.gz", "userid", "version", "gate"),
    )


def test_an_events_table_looks_for_posthogs_exposures_unless_told_otherwise(tmp_path: Path) -> None:
    row = '[[usage.events]]\nname = "app"\ntable = "e.parquet"\nunit = "u"\ntime = "t"\nevent = "e"\n'
    (table,) = read(tmp_path, WORKSPACE + row).tables
    assert isinstance(table, EventsTable)
    assert table.exposure == "$feature_flag_called"


@pytest.mark.parametrize("name", ["workspace", "a/b", "../a", "a b"])
def test_a_usage_table_s_name_that_could_not_be_kept_apart_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    error = mistake(tmp_path, f'{WORKSPACE}[[usage.series]]\ntable = "d.csv"\nname = "{name}"\n')
    assert line(error) == 5
    assert error.then
    assert "usage table" in f"{error.what} {error.then}"


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".ndjson", ".csv.gz", ".CSV", ".Tsv.GZ", ".parquet.gz"])
def test_text_and_what_is_packed_is_read_as_rows_whatever_its_capitals(tmp_path: Path, suffix: str) -> None:
    (table,) = read(tmp_path, f'{WORKSPACE}[[usage.series]]\nname = "a"\ntable = "d/a{suffix}"\n').tables
    assert is_read_as_rows(table)


@pytest.mark.parametrize("path", ["a.parquet", "a.PARQUET", "d/*.parquet", "d/**/[ab]?.parquet"])
def test_parquet_is_read_where_it_stands(tmp_path: Path, path: str) -> None:
    (table,) = read(tmp_path, f'{WORKSPACE}[[usage.series]]\nname = "a"\ntable = "{path}"\n').tables
    assert not is_read_as_rows(table)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("d/*.csv", "Parquet only"),
        ("d/?.jsonl.gz", "Parquet only"),
        ("d/[ab].TSV", "Parquet only"),
        ("d/*.parquet.gz", "Parquet only"),
        ("a.xlsx", "suffix is unknown"),
        ("a.gz", "suffix is unknown"),
        ("a", "suffix is unknown"),
        ("d/**/*", "suffix is unknown"),
    ],
)
def test_a_glob_of_text_and_an_unknown_suffix_are_refused_with_their_line(
    tmp_path: Path, path: str, words: str
) -> None:
    error = mistake(tmp_path, f'{WORKSPACE}[[usage.series]]\nname = "a"\ntable = "{path}"\n')
    assert line(error) == 5
    assert words in error.what
    assert "parquet" in (error.then or "")


def test_what_another_engine_calls_a_table_is_its_own_affair(tmp_path: Path) -> None:
    row = '[[usage.series]]\nname = "a"\nengine = "postgres://host/db"\ntable = "public.days"\n'
    (table,) = read(tmp_path, WORKSPACE + row).tables
    assert (table.table, is_read_as_rows(table)) == ("public.days", False)


def test_two_tables_of_one_name_are_refused_whatever_their_shape(tmp_path: Path) -> None:
    text = WORKSPACE + (
        '[[usage.series]]\nname = "app"\ntable = "d.parquet"\n'
        '[[usage.units]]\nname = "app"\ntable = "c.csv"\nunit = "u"\nvariant = "v"\nflag = "f"\n'
    )
    error = mistake(tmp_path, text)
    assert line(error) == 7
    assert "`app`" in error.what


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("[workspac]\n", 1, "workspace"),
        ('[workspace]\nname = "H"\ntimezon = "UTC"\n', 3, "timezone"),
        (WORKSPACE + '[[team]]\nname = "a"\nowner = ["x"]\n', 5, "owners"),
        (WORKSPACE + '[[usage.event]]\nname = "a"\n', 3, "events"),
        (WORKSPACE + '[[usage.units]]\nname = "a"\nvariants = "v"\n', 5, "variant"),
        (WORKSPACE + '[[team]]\nname = "a"\nslack_days = ["fryday"]\n', 5, "friday"),
        (WORKSPACE + '[[usage.series]]\nname = "a"\ntable = "t.csv"\ncolumns = { dey = "x" }\n', 6, "day"),
    ],
)
def test_an_unknown_word_is_answered_with_its_line_and_the_nearest_right_one(
    tmp_path: Path, text: str, at: int, word: str
) -> None:
    error = mistake(tmp_path, text)
    assert line(error) == at
    assert error.then == f"did you mean `{word}`?"


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 1, "`name` is missing"),
        ('[workspace]\ntimezone = "UTC"\n', 1, "`name` is missing"),
        ("[workspace]\nname = 5\n", 2, "`name` should be a valid string"),
        (WORKSPACE + 'timezone = "Mars/Base"\n', 3, "`Mars/Base` is not a time zone"),
        (WORKSPACE + 'timezone = "Europe"\n', 3, "`Europe` is not a time zone"),
        (WORKSPACE + 'country = "Britain"\n', 3, "`Britain` is not a country code"),
        (WORKSPACE + 'country = "GB-X"\n', 3, "`GB-X` is not a part of GB"),
        (WORKSPACE + 'country = ""\n', 3, "is not a country code"),
        (WORKSPACE + '[[source]]\npath = "."\n', 3, "`kind` is missing"),
        (WORKSPACE + '[source]\nkind = "git"\n', 3, "`source` is not a list of tables"),
        (
            WORKSPACE + '[[usage.events]]\nname = "feedback"\ntable = "t"\nunit="u"\ntime="t"\nevent="e"\n',
            4,
            "feedback",
        ),
        ("usage = 5\n" + WORKSPACE, 1, "`usage` is not a table"),
        ("[[workspace]]\nname = 'a'\n", 1, "`workspace` is not a table"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_line(tmp_path: Path, text: str, at: int, words: str) -> None:
    error = mistake(tmp_path, text)
    assert line(error) == at
    assert words in error.what


@pytest.mark.parametrize("code", ["GB", "GB-SCT", "US-CA", "DE"])
def test_a_country_or_a_part_of_it_is_named_by_its_code(tmp_path: Path, code: str) -> None:
    assert read(tmp_path, f'{WORKSPACE}country = "{code}"\n').workspace.country == code


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ("gb", "did you mean `GB`?"),
        ("DEU", "did you mean `DE`?"),
        ("Germany", "did you mean `DE`?"),
        ("United Kingdom", "did you mean `GB`?"),
        ("US-CAL", "did you mean `US-CA`?"),
        ("GB-X", "known: ENG, NIR, SCT, WLS"),
        ("AF-X", 'no part of it is told apart: write "AF"'),
    ],
)
def test_a_country_that_is_not_known_is_answered_with_the_nearest_code(tmp_path: Path, given: str, then: str) -> None:
    assert mistake(tmp_path, f'{WORKSPACE}country = "{given}"\n').then == then


def test_an_unknown_key_is_told_before_a_value_that_does_not_fit(tmp_path: Path) -> None:
    error = mistake(tmp_path, '[workspace]\nname = 5\n\n[[team]]\nname = "a"\nboss = "x"\n')
    assert line(error) == 6


def test_of_several_values_that_do_not_fit_the_first_in_the_file_is_told(tmp_path: Path) -> None:
    assert line(mistake(tmp_path, "[workspace]\ncountry = 5\ntimezone = 6\nname = 7\n")) == 2


def test_of_several_unknown_keys_the_first_in_the_file_is_told(tmp_path: Path) -> None:
    error = mistake(tmp_path, '[[team]]\nnam = "a"\n[workspace]\nnam = "b"\n')
    assert line(error) == 2


@pytest.mark.parametrize(
    ("text", "at"), [(WORKSPACE + "[[team]\n", 3), (WORKSPACE + "a = [1,\n\n", 4), ("a = 1\na = 2\n", 2)]
)
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, text: str, at: int) -> None:
    assert line(mistake(tmp_path, text)) == at


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "aftermerge.toml").write_bytes(b'[workspace]\nname = "caf\xe9"\n')
    with pytest.raises(SettingsError, match="UTF-8") as caught:
        read_settings(tmp_path, {})
    assert line(caught.value) == 2


def test_a_file_saved_on_windows_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "aftermerge.toml").write_bytes(b'\xef\xbb\xbf[workspace]\r\nname = "Harbor"\r\n')
    assert read_settings(tmp_path, {}).workspace.name == "Harbor"


FRAGMENTS = st.sampled_from(
    """[workspace]
[[team]]
[[source]]
[[usage.events]]
[usage]
name = "a"
name = 1
kind = {}
usage.units = [1]
[source.columns]
a.b.c = 1
"" = 1
timezone = ""
columns = 1979-05-27""".splitlines()
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.lists(FRAGMENTS, max_size=7).map("\n".join) | st.just("a = " + "[" * 5000))
def test_any_text_is_settings_or_a_settings_error_with_a_place(tmp_path: Path, text: str) -> None:
    try:
        (tmp_path / "aftermerge.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        read_settings(tmp_path, {})
    except SettingsError as error:
        assert error.where is not None  # noqa: PT017
        assert error.where.file == "aftermerge.toml"  # noqa: PT017


def test_the_root_is_found_from_any_folder_below_it(tmp_path: Path) -> None:
    (tmp_path / "aftermerge.toml").touch()
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    assert find_root(below) == tmp_path.resolve()


def test_outside_a_workspace_the_error_says_to_run_init(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        find_root(tmp_path)
    assert caught.value.then == "run `aftermerge init`"


def test_patterns_of_maintenance_are_read_and_none_is_the_default(tmp_path: Path) -> None:
    assert read(tmp_path, WORKSPACE).ship.maintenance == ()
    found = read(tmp_path, WORKSPACE + '[ship]\nmaintenance = ["chore*", "docs/**"]\n')
    assert found.ship.maintenance == ("chore*", "docs/**")


def test_a_mistake_about_shipping_is_told_with_its_line(tmp_path: Path) -> None:
    unknown = mistake(tmp_path, WORKSPACE + '[ship]\nmaintainance = ["chore*"]\n')
    assert (line(unknown), "`maintenance`" in str(unknown)) == (4, True)
    assert line(mistake(tmp_path, WORKSPACE + '[ship]\nmaintenance = "chore*"\n')) == 4
    assert line(mistake(tmp_path, "ship = 1\n" + WORKSPACE)) == 1
