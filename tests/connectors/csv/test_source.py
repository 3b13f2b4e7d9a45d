"""The csv connector: rows in, feedback, releases or a cleaned table out."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from aftermerge.connectors.csv import CsvSource, connect
from aftermerge.errors import AftermergeError, DataError, SettingsError
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.ports import SourceContext
from support.real_data import real_data


def source(root: Path, content: str | bytes | None, name: str = "data.csv", **keys: Any) -> CsvSource:
    if content is not None:
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    context = SourceContext(root, root / "tables", root / "rejected", ZoneInfo("Europe/London"))
    return connect({"kind": "csv", "path": name, "as": "feedback", **keys}, context, "reviews")


def feedback(batches: list[Batch]) -> list[Feedback]:
    return [row for batch in batches for row in batch.feedback]


def rejected(root: Path) -> list[dict[str, Any]]:
    file = root / "rejected" / "reviews.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def table(root: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        file = root / "tables" / "reviews.parquet"
        connection.execute(f"CREATE VIEW t AS SELECT * FROM '{file}'")  # noqa: S608
        return connection.execute(query).fetchall()


def digest(name: str) -> str:
    """What stands for a person whom a row names and gives no reference of."""
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:16]


def many(count: int) -> str:
    return "time,text\n" + "".join(f"2024-01-01,Number {number}\n" for number in range(count))


def test_a_play_store_export_is_recognised_by_its_headers(tmp_path: Path) -> None:
    content = (
        "reviewId,userName,content,score,thumbsUpCount,reviewCreatedVersion,at,replyContent,repliedAt\n"
        "r1,u1,Crashes on start,1,0,2.1,2024-07-01 10:00:00,Fixed in 2.2,2024-07-02T09:00:00Z\n"
    )
    (row,) = feedback(list(source(tmp_path, content).pull(None)))
    assert row == Feedback(
        source="reviews",
        external_id="r1",
        time=datetime(2024, 7, 1, 9, tzinfo=UTC),
        text="Crashes on start",
        rating=1.0,
        author=digest("u1"),
        version="2.1",
        reply="Fixed in 2.2",
        replied_at=datetime(2024, 7, 2, 9, tzinfo=UTC),
    )


def test_title_and_text_are_joined_and_words_are_never_taken_for_blanks(tmp_path: Path) -> None:
    content = (
        "date,rating,title,content,developer_reply\n2024-01-01,5,Great,N/A,-\n2024-01-02,5,,None,\n2024-01-03,4,,,\n"
    )
    rows = feedback(list(source(tmp_path, content).pull(None)))
    assert [(row.text, row.reply) for row in rows] == [("Great\n\nN/A", "-"), ("None", None), ("", None)]


def test_issues_are_feedback_by_their_numbers(tmp_path: Path) -> None:
    record = {"number": 7, "title": "Slow", "body": "Very", "author": "x", "created_at": "2024-01-01T00:00:00Z"}
    record |= {"url": "https://api.example/7", "html_url": "https://code.example/7"}
    (row,) = feedback(list(source(tmp_path, json.dumps(record), "issues.jsonl").pull(None)))
    assert (row.id, row.text, row.url) == ("reviews:7", "Slow\n\nVery", "https://code.example/7")


def test_columns_may_be_named_by_hand(tmp_path: Path) -> None:
    content = "Wann;Was;Darf\n2024-01-01;Gut;no\n"
    columns = {"time": "Wann", "text": "Was", "may_contact": "Darf"}
    (row,) = feedback(list(source(tmp_path, content, columns=columns).pull(None)))
    assert (row.text, row.may_contact) == ("Gut", False)


def test_a_row_without_an_id_keeps_its_id_and_twins_are_told_apart(tmp_path: Path) -> None:
    content = "time,text\n2024-01-01,Same\n2024-01-01,Same\n2024-01-01,Other\n2024-01-01,Same\n"
    first = [row.external_id for row in feedback(list(source(tmp_path, content).pull(None)))]
    again = [row.external_id for row in feedback(list(source(tmp_path, content + "2024-02-01,New\n").pull(None)))]
    assert first[1:] == [f"{first[0]}-2", first[2], f"{first[0]}-3"]
    assert len(first[0]) == 16
    assert again[:4] == first


def test_only_keeps_rows_with_the_named_values(tmp_path: Path) -> None:
    content = "time,text,app,deleted\n2024-01-01,a,Harbor,False\n2024-01-01,b,Other,False\n2024-01-01,c,Quay,True\n"
    kept = source(tmp_path, content, only={"app": ["Harbor", "Quay"], "deleted": False})
    assert [row.text for row in feedback(list(kept.pull(None)))] == ["a"]
    with pytest.raises(DataError, match="did you mean `app`"):
        list(source(tmp_path, content, only={"ap": "x"}).pull(None))


def test_rejected_rows_are_listed_with_place_and_reason_until_they_are_repaired(tmp_path: Path) -> None:
    content = b"time,text,rating\n2024-01-01,ok,5\n03/04/2024,late,5\n2024-01-01,caf\xe9,5\n"
    content += b"2024-01-01,x,five\n2024-01-01,,\n1,2\n"
    batches = list(source(tmp_path, content).pull(None))
    assert [row.text for row in feedback(batches)] == ["ok"]
    assert [(row["row"], row["column"]) for row in rejected(tmp_path)] == [
        (3, "time"), (4, "text"), (5, "rating"), (6, "text"), (7, None),
    ]  # fmt: skip
    assert "set `time_format`" in rejected(tmp_path)[0]["reason"]
    assert len(batches[-1].rejected) == 5
    list(source(tmp_path, "time,text\n2024-01-01,ok\n").pull(batches[-1].cursor))
    assert rejected(tmp_path) == []
    assert list((tmp_path / "rejected").iterdir()) == []


def test_undecodable_bytes_elsewhere_are_replaced(tmp_path: Path) -> None:
    (row,) = feedback(list(source(tmp_path, b"time,text,author\n2024-01-01,fine,caf\xe9\n").pull(None)))
    assert row.author == "caf\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("stop", range(5))
def test_reading_goes_on_after_any_batch_without_loss_or_repetition(tmp_path: Path, stop: int) -> None:
    whole = list(source(tmp_path, many(3500)).pull(None))
    first = whole[:stop]
    rest = list(source(tmp_path, None).pull(first[-1].cursor if first else None))
    assert [len(batch.feedback) for batch in whole] == [1000, 1000, 1000, 500]
    assert feedback(first + rest) == feedback(whole)


def test_a_file_read_whole_is_not_read_again_until_it_changes(tmp_path: Path) -> None:
    (batch,) = source(tmp_path, many(2)).pull(None)
    assert list(source(tmp_path, None).pull(batch.cursor)) == []
    assert len(feedback(list(source(tmp_path, many(3)).pull(batch.cursor)))) == 3
    other = source(tmp_path, many(2), only={"text": "Number 1"})
    assert len(feedback(list(other.pull(batch.cursor)))) == 1


def test_a_reading_that_was_stopped_leaves_the_last_rejected_list(tmp_path: Path) -> None:
    list(source(tmp_path, many(1) + "x,y\n").pull(None))
    before = rejected(tmp_path)
    reading = source(tmp_path, "time,text\nbad,row\n" + many(3000)[10:]).pull(None)
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert rejected(tmp_path) == before
    assert [file.name for file in (tmp_path / "rejected").iterdir()] == ["reviews.jsonl"]


def test_a_row_that_repeats_an_earlier_one_in_every_field_is_passed_over_without_a_word(tmp_path: Path) -> None:
    content = "id,time,text\n1,2024-01-01,same\n1,2024-01-01T00:00,same\n"
    (batch,) = source(tmp_path, content).pull(None)
    assert [row.text for row in batch.feedback] == ["same"]
    assert batch.rejected == ()


@pytest.mark.parametrize("between", [0, 1500])
def test_a_row_that_differs_from_an_earlier_one_of_its_id_is_rejected_however_far_apart(
    tmp_path: Path, between: int
) -> None:
    filler = "".join(f"x{number},2024-01-01,Number {number}\n" for number in range(between))
    content = f"id,time,text\n1,2024-01-01,first\n{filler}1,2024-01-01,other\n"
    batches = list(source(tmp_path, content).pull(None))
    assert [row.text for row in feedback(batches) if row.external_id == "1"] == ["first"]
    assert [(row["row"], row["column"]) for row in rejected(tmp_path)] == [(between + 3, "id")]
    assert "id 1 stands in an earlier row that differs" in rejected(tmp_path)[0]["reason"]


def test_the_repeats_of_the_real_issues_say_nothing_new_and_are_passed_over(tmp_path: Path) -> None:
    file = real_data("links", "nextcloud_android_issues_github.parquet")
    with duckdb.connect() as connection:
        counts = f"SELECT count(*), count(DISTINCT number), count(DISTINCT (number, title, body)) FROM '{file}'"  # noqa: S608
        assert connection.execute(counts).fetchall() == [(2_462, 2_362, 2_362)]
    context = SourceContext(file.parent, tmp_path / "tables", tmp_path / "rejected", UTC)
    batches = list(connect({"path": file.name, "as": "feedback"}, context, "reviews").pull(None))
    assert len(feedback(batches)) == 2_362
    assert rejected(tmp_path) == []


def test_an_issue_of_the_real_ones_that_comes_again_with_other_words_is_reported(tmp_path: Path) -> None:
    file = real_data("links", "nextcloud_android_issues_github.parquet")
    changed = tmp_path / "changed.parquet"
    with duckdb.connect() as connection:
        again = f"SELECT * REPLACE ('Other' AS title) FROM '{file}' LIMIT 3"  # noqa: S608
        connection.execute(f"COPY (FROM '{file}' UNION ALL ({again})) TO '{changed}' (FORMAT parquet)")
    batches = list(source(tmp_path, None, changed.name).pull(None))
    assert len(feedback(batches)) == 2_362
    assert [(row["column"], row["row"] > 2_400) for row in rejected(tmp_path)] == [("number", True)] * 3


def test_a_header_without_rows_is_read_once(tmp_path: Path) -> None:
    (batch,) = source(tmp_path, "time,text\n").pull(None)
    assert batch.feedback == ()
    assert list(source(tmp_path, None).pull(batch.cursor)) == []


def test_releases_are_whole_and_a_date_is_midnight_in_the_workspace(tmp_path: Path) -> None:
    content = "version,date,release\n1.0,2024-07-01,First\n1.1b1,2024-08-01,\n1.0,2024-09-01,Again\n,2024-09-02,x\n"
    (batch,) = source(tmp_path, content, **{"as": "releases"}).pull(None)
    assert batch.whole == {"releases"}
    assert [(row.id, row.prerelease, row.notes, row.kind) for row in batch.releases] == [
        ("1.0", False, "First", "file"),
        ("1.1b1", True, "", "file"),
    ]
    assert batch.releases[0].released_at == datetime(2024, 6, 30, 23, tzinfo=UTC)
    assert [row.row for row in batch.rejected] == [4, 5]
    assert list(source(tmp_path, None, **{"as": "releases"}).pull(batch.cursor)) == []


def test_deployments_are_named_by_version_or_time_and_commit(tmp_path: Path) -> None:
    content = (
        "deployed_at,version,commit\n2024-01-02T00:00Z,7,abc\n2024-01-01T00:00Z,7,abc\n2024-01-03T00:00Z,,abcdef\n"
    )
    (batch,) = source(tmp_path, content, **{"as": "deployments"}).pull(None)
    assert [(row.id, row.released_at.day) for row in batch.releases] == [
        ("7", 1), ("7-2", 2), ("2024-01-03T00:00:00Z-abcdef", 3),
    ]  # fmt: skip


def test_a_table_is_cleaned_into_parquet_with_a_type_for_each_column(tmp_path: Path) -> None:
    content = "User Id,when,n,share,ok,code\n"
    content += "9007199254740993,2024-07-01 12:00:00,1,12%,True,007\n" * 30
    content += "2,2024-07-01T12:00:00Z,,n/a,false,8\nthree,2024-07-01,1,1,true,9\n"
    (batch,) = source(tmp_path, content, **{"as": "units"}).pull(None)
    assert table(tmp_path, "SELECT column_name, column_type FROM (DESCRIBE t)") == [
        ("User Id", "BIGINT"),
        ("when", "TIMESTAMP"),
        ("n", "BIGINT"),
        ("share", "DOUBLE"),
        ("ok", "BOOLEAN"),
        ("code", "VARCHAR"),
    ]
    first, *_, last = table(tmp_path, "SELECT * FROM t")
    assert first == (9007199254740993, datetime(2024, 7, 1, 11), 1, 12.0, True, "007")  # noqa: DTZ001
    assert last == (2, datetime(2024, 7, 1, 12), None, None, False, "8")  # noqa: DTZ001
    assert [(row.row, row.column) for row in batch.rejected] == [(33, "User Id")]
    assert rejected(tmp_path)[0]["reason"] == "`three` is not a whole number"
    assert (batch.done, batch.feedback) == (31, ())


def test_an_ambiguous_column_of_dates_is_rejected_with_advice_and_not_kept_as_text(tmp_path: Path) -> None:
    content = "day,value\n" + "03/04/2024,1\n" * 3 + "25/04/2024,1\n"
    (batch,) = source(tmp_path, content, **{"as": "series"}).pull(None)
    assert [row.row for row in batch.rejected] == [2, 3, 4]
    (batch,) = source(tmp_path, content, time_format="%d/%m/%Y", **{"as": "series"}).pull(None)
    assert batch.rejected == ()
    assert table(tmp_path, "SELECT DISTINCT month(day) FROM t") == [(4,)]


def test_a_blank_in_a_required_column_rejects_the_row(tmp_path: Path) -> None:
    (batch,) = source(tmp_path, "user,v\na,1\nNA,2\n", required=["user"], **{"as": "events"}).pull(None)
    assert [(row.row, row.reason) for row in batch.rejected] == [(3, "blank")]
    assert table(tmp_path, "SELECT * FROM t") == [("a", 1)]


def test_a_column_of_times_rejects_what_is_no_time_even_where_most_of_it_is_none(tmp_path: Path) -> None:
    content = "ts,v\n2024-01-01T10:00:00Z,1\n1719800000,2\nsoon,3\nlater,4\n"
    (batch,) = source(tmp_path, content, times=["TS"], **{"as": "events"}).pull(None)
    assert [(row.row, row.column, row.reason) for row in batch.rejected] == [
        (4, "ts", "`soon` is not a time"), (5, "ts", "`later` is not a time"),
    ]  # fmt: skip
    assert table(tmp_path, "SELECT typeof(ts), v FROM t") == [("TIMESTAMP", 1), ("TIMESTAMP", 2)]


def test_a_table_that_was_deleted_is_written_again(tmp_path: Path) -> None:
    (batch,) = source(tmp_path, "a,b\n1,2\n", **{"as": "units"}).pull(None)
    (tmp_path / "tables" / "reviews.parquet").unlink()
    assert len(list(source(tmp_path, None, **{"as": "units"}).pull(batch.cursor))) == 1


def test_a_table_larger_than_a_chunk_is_written_whole(tmp_path: Path) -> None:
    content = "n,text\n" + "".join(f'{n},"row, {n}"\n' for n in range(45_000))
    (batch,) = source(tmp_path, content, **{"as": "events"}).pull(None)
    assert table(tmp_path, "SELECT count(*), sum(n), max(text) FROM t") == [(45_000, 45_000 * 44_999 // 2, "row, 9999")]
    assert batch.rejected == ()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"pth": "x"}, "did you mean `path`"),
        ({"as": "reviews"}, "did you mean `series`"),
        ({"as": None}, "is missing"),
        ({"path": None}, "names no file"),
        ({"columns": {"text": 3}}, "not a text"),
        ({"columns": ["text"]}, "not a table"),
        ({"as": "units", "columns": {"text": "x"}}, "keeps its columns' names"),
        ({"required": ["x"]}, "`required` is for series, units and events"),
        ({"times": ["x"]}, "`times` is for series, units and events"),
        ({"delimiter": ",,"}, "single character"),
    ],
)
def test_a_wrong_key_is_refused(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        source(tmp_path, None, **keys)


@pytest.mark.parametrize(
    ("content", "keys", "words"),
    [
        ("when,text\n", {}, "no column holds the time"),
        ("time,rating\n", {}, "no column holds the text"),
        ("time,text\n", {"columns": {"txt": "text"}}, "did you mean `text`"),
        ("time,text\n", {"columns": {"text": "tex"}}, "did you mean `text`"),
        ("A,a\n1,2\n", {"as": "units"}, "differ by capitals only"),
        ("a,b\n1,2\n", {"as": "units", "required": ["c"]}, "there is no column `c`"),
    ],
)
def test_a_column_that_is_needed_and_missing_is_named(
    tmp_path: Path, content: str, keys: dict[str, Any], words: str
) -> None:
    with pytest.raises(AftermergeError, match=words):
        list(source(tmp_path, content, **keys).pull(None))


def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path) -> None:
    context = SourceContext(tmp_path, tmp_path, tmp_path, UTC)
    with pytest.raises(SettingsError, match="without slashes"):
        connect({"path": "a.csv", "as": "feedback"}, context, "../reviews")


REAL = [
    ("reviews/appstore_reviews_chrome_github_2017_2021.parquet", "feedback", {"app": "Google_Chrome"}, 12_677),
    ("reviews/appstore_release_notes_chrome_github.csv", "releases", {"app": "Google_Chrome"}, 77),
    ("reviews/googleplay_fintech_5apps_versions_replies.parquet", "feedback", {}, 21_098),
    ("links/nextcloud_android_issues_github.parquet", "feedback", {}, 2_362),
    ("experiments/cookie_cats.csv.gz", "units", {}, 90_189),
]


@pytest.mark.parametrize(("path", "read_as", "only", "count"), REAL)
def test_real_exports_are_read_without_a_rejected_row(
    tmp_path: Path, path: str, read_as: str, only: dict[str, str], count: int
) -> None:
    data = os.environ.get("AFTERMERGE_REAL_DATA")
    if not data:
        pytest.skip("AFTERMERGE_REAL_DATA is not set: no real export to read")
    context = SourceContext(Path(data), tmp_path / "tables", tmp_path / "rejected", UTC)
    batches = list(connect({"path": path, "as": read_as, "only": only}, context, "reviews").pull(None))
    ids = {row.id for row in feedback(batches)} | {row.id for batch in batches for row in batch.releases}
    assert sum(len(batch.rejected) for batch in batches) == 0
    assert (batches[-1].done if read_as == "units" else len(ids)) == count


def test_the_real_experiment_keeps_its_known_retention(tmp_path: Path) -> None:
    data = os.environ.get("AFTERMERGE_REAL_DATA")
    if not data:
        pytest.skip("AFTERMERGE_REAL_DATA is not set: no real export to read")
    context = SourceContext(Path(data), tmp_path / "tables", tmp_path / "rejected", UTC)
    list(connect({"path": "experiments/cookie_cats.csv.gz", "as": "units"}, context, "reviews").pull(None))
    query = "SELECT round(100 * avg(retention_7::INT), 2) FROM t GROUP BY version ORDER BY version"
    assert table(tmp_path, query) == [(19.02,), (18.2,)]
