"""The workspace's sources, as its files have them: mistakes with their lines, tables without a silent loss."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from aftermerge.bootstrap import open_workspace
from aftermerge.errors import AftermergeError, SettingsError
from aftermerge.jobs.sync import SyncReport, sync
from aftermerge.model.plan import Plan, SeriesQuestion

WORKSPACE = '[workspace]\nname = "Harbor"\n'
REVIEWS = '[[source]]\nkind = "csv"\npath = "reviews.csv"\nas = "feedback"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "reviews.csv").write_text("time,text\n2024-01-01,Slow\n")
    return tmp_path


def synced(root: Path, text: str) -> SyncReport:
    (root / "aftermerge.toml").write_text(text)
    with open_workspace(root, {}) as workspace:
        return sync(workspace.connectors, workspace.ledger, lambda name, done, total: None)


def mistake(root: Path, text: str) -> SettingsError:
    """Found as the workspace is opened, or else as its sources are read."""
    try:
        (error,) = synced(root, text).errors
    except AftermergeError as raised:
        error = raised
    assert isinstance(error, SettingsError)
    return error


@pytest.mark.parametrize(
    ("source", "at", "then"),
    [
        ('[[source]]\npath = "x"\nkind = "csvv"\n', 9, "did you mean `csv`?"),
        ('[[source]]\nkind = "csv"\nas = "feedback"\npth = "x"\n', 10, "did you mean `path`?"),
        ('[[source]]\nkind = "csv"\npath = "x.csv"\nas = "feedbck"\n', 10, "did you mean `feedback`?"),
        ('[[source]]\nkind = "csv"\nas = "feedback"\n', 7, "set `path` to a CSV, JSONL or Parquet file"),
        (REVIEWS + '\n[source.columns]\ntext = "text"\ntxt = "text"\n', 14, "did you mean `text`?"),
        (REVIEWS + 'columns = { txt = "text" }\n', 11, "did you mean `text`?"),
        ('[[source]]\nkind = "git"\npath = "."\nrelease = "tags"\n', 10, "did you mean `releases`?"),
    ],
)
def test_a_mistake_in_a_source_is_told_with_its_line_and_the_nearest_right_word(
    root: Path, source: str, at: int, then: str
) -> None:
    error = mistake(root, WORKSPACE + REVIEWS + source)
    assert str(error.where) == f"aftermerge.toml:{at}"
    assert error.then == then


def test_a_mistake_that_shows_only_in_reading_leaves_the_others_their_turn(root: Path) -> None:
    report = synced(root, WORKSPACE + REVIEWS + 'columns = { txt = "text" }\n' + REVIEWS)
    assert [str(error.where) for error in report.errors] == ["aftermerge.toml:7"]
    assert [source.stored.new for source in report.sources if source.name == "reviews-2"] == [1]


TABLES = {
    "events": (
        'unit = "user"\ntime = "At"\nevent = "what"\ncolumns = { what = "event" }\n',
        "user,at,event\na,2024-01-01,open\n,2024-01-01,open\nb,,open\nc,2024-01-01,\nd,soon,open\n",
        [(3, "user"), (4, "at"), (5, "event"), (6, "at")],
    ),
    "units": (
        'unit = "user"\nvariant = "arm"\nflag = "gate"\n',
        "user,arm,paid\na,on,1\n,on,1\nb,,0\nc,off,\n",
        [(3, "user"), (4, "arm")],
    ),
    "series": (
        "",
        "day,metric,value\n2024-01-01,a,1\n,a,2\n2024-01-02,,3\n2024-01-03,a,\nlater,a,4\n",
        [(3, "day"), (4, "metric"), (6, "day")],
    ),
}


@pytest.mark.parametrize("shape", TABLES)
def test_a_row_without_what_its_table_is_read_by_is_rejected_with_its_place(root: Path, shape: str) -> None:
    keys, content, expected = TABLES[shape]
    (root / "t.csv").write_text(content)
    report = synced(root, f'{WORKSPACE}[[usage.{shape}]]\nname = "t"\ntable = "t.csv"\n{keys}')
    assert report.errors == ()
    assert sorted((row.row, str(row.column).lower()) for row in report.rejected) == expected


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/London", "America/New_York"])
def test_the_days_of_a_series_are_the_same_in_every_zone(root: Path, zone: str) -> None:
    days = "".join(f"2024-07-{day:02},a,{day}\n" for day in range(1, 20))
    (root / "t.csv").write_text("day,metric,value\n" + days)
    (root / "metrics.toml").write_text('[a]\nkind = "series"\nfrom = "t"\nvalue = "a"\ngood = "up"\nworth = "1%"\n')
    synced(root, f'{WORKSPACE}timezone = "{zone}"\n[[usage.series]]\nname = "t"\ntable = "t.csv"\n')
    with open_workspace(root, {}) as workspace:
        question = SeriesQuestion(workspace.metrics[0])
        assert workspace.usage.answer(Plan((question,))).series[question.key].first_day == date(2024, 7, 1)
