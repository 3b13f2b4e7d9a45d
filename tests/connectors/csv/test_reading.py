"""Files as tables: what is broken costs itself alone, and is named by its line."""

import csv
import gzip
import io
import json
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.connectors.csv.delimited import split
from aftermerge.connectors.csv.opening import LINE_CHARACTERS, opened
from aftermerge.connectors.csv.reading import open_table
from aftermerge.connectors.csv.table import Broken, Row
from aftermerge.errors import DataError


def read(file: Path, content: bytes | str) -> list[Row | Broken]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_table(file) as table:
        return list(table.rows)


def lines(rows: list[Row | Broken]) -> list[int | str]:
    return [row.line if isinstance(row, Row) else f"broken {row.line}" for row in rows]


def test_quoted_fields_run_over_lines_and_lines_are_counted_as_an_editor_counts(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", 'a,b\r\n"one\r\ntwo, ""so""",1\r\n\r\nx,2\r\n')
    assert rows == [Row(2, ['one\ntwo, "so"', "1"]), Row(5, ["x", "2"])]


def test_a_wrong_number_of_fields_rejects_that_line(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", "a,b\n1,2\n1,2,3\n1\n3,4\n")
    assert lines(rows) == [2, "broken 3", "broken 4", 5]
    assert isinstance(rows[1], Broken)
    assert rows[1].reason == "3 fields where the header has 2"


@pytest.mark.parametrize(
    "broken",
    ['"never closed,2', '"closed" too early,2', 'x,"', '1,"a\n""', "nul\0byte,2"],
)
def test_a_broken_line_costs_itself_alone(tmp_path: Path, broken: str) -> None:
    rows = read(tmp_path / "a.csv", f"a,b\n1,2\n{broken}\n3,4\n5,6\n")
    assert lines(rows)[:2] == [2, "broken 3"]
    assert lines(rows)[-2:] == [4 + broken.count("\n"), 5 + broken.count("\n")]


def test_a_quote_inside_an_unquoted_field_is_a_quote(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", 'a,b\n5" pipe,2\n') == [Row(2, ['5" pipe', "2"])]


def test_an_overlong_line_is_rejected_and_reading_goes_on(tmp_path: Path) -> None:
    rows = read(tmp_path / "a.csv", b"a,b\n1," + b"x" * (LINE_CHARACTERS + 5) + b"\n3,4\n")
    assert lines(rows) == ["broken 2", 3]


def test_a_long_quoted_field_with_quotes_on_every_line_is_one_record(tmp_path: Path) -> None:
    inner = "\n".join('say ""yes""' for _ in range(20_000))
    rows = read(tmp_path / "a.csv", f'a,b\n"{inner}",2\n3,4\n')
    assert lines(rows) == [2, 20_002]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path / "a.csv", "ä,b\nü,2\n".encode(encoding)) == [Row(2, ["ü", "2"])]


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.csv", "|"), ("a.tsv", "\t"), ("a.csv", ",")])
def test_the_delimiter_is_found(tmp_path: Path, name: str, delimiter: str) -> None:
    assert read(tmp_path / name, f"a{delimiter}b\n1{delimiter}2") == [Row(2, ["1", "2"])]


def test_json_lines_may_have_different_keys(tmp_path: Path) -> None:
    records = ['{"a": 1, "b": null}', "", "not json", "[1]", '{"b": {"x": [1]}, "c": true}', '{"a": "\\u0000"}']
    rows = read(tmp_path / "a.jsonl", "\n".join(records))
    assert lines(rows) == [1, "broken 3", "broken 4", 5, "broken 6"]
    assert rows[3] == Row(5, ["", '{"x": [1]}', "true"])


def test_parquet_gives_texts_and_times_with_a_zone_in_utc(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    with duckdb.connect() as connection:
        query = 'SELECT 1 AS n, TIMESTAMPTZ \'2020-01-01 12:00:00+02\' AS t, NULL::VARCHAR AS "o""dd", true AS b'
        connection.execute(f"COPY ({query}) TO '{file}'")
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(file.read_bytes()))
    for name in ("a.parquet", "b.parquet.gz"):
        with open_table(tmp_path / name) as table:
            assert table.header == ("n", "t", 'o"dd', "b")
            assert list(table.rows) == [Row(1, ["1", "2020-01-01T10:00:00.000000Z", "", "true"])]
            assert table.progress() == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n", "no header"),
        ("a.csv", b"a,a\n1,2\n", "names `a` twice"),
        ("a.csv", "a,b\n1,2".encode("utf-16-le"), "no header"),
        ("a.csv.gz", b"a,b\n1,2\n", "not gzip"),
        ("a.csv.gz", gzip.compress(b"a,b\n" + bytes(range(33, 120)) * 99)[:-20], "ends too early"),
        ("a.xlsx", b"PK", "can't be read"),
        ("a.parquet", b"PAR1", "no Parquet file"),
        ("a.jsonl", b"1\n2\n", "no line is a JSON object"),
    ],
)
def test_a_file_that_is_broken_as_a_whole_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read(tmp_path / name, content)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    for file, words in ((tmp_path / "missing.csv", "no such file"), (tmp_path, "a folder")):
        with pytest.raises(DataError, match=words), open_table(file):
            pass


def test_a_gzip_file_that_expands_without_end_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(b"a,b\n" * 100_000))
    with pytest.raises(DataError, match="expands to more than 1,000 bytes"), opened(file, 1_000) as source:
        list(source.lines())


def test_a_reader_may_leave_early(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(b"a,b\n" * 10_000))
    with open_table(file) as table:
        assert next(table.rows) == Row(2, ["a", "b"])


cells = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8), min_size=2, max_size=5
)


@given(cells)
def test_what_the_standard_writer_writes_is_read_back(row: list[str]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    assert split(out.getvalue(), ",") == row


@settings(max_examples=200)
@given(st.lists(st.sampled_from(['"', ",", "\n", "a", "1,2\n", '"x",2\n']), max_size=30))
def test_whatever_stands_before_a_good_last_line_is_survived(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    text = "".join(parts).rstrip('"')
    rows = read(tmp_path_factory.mktemp("any") / "a.csv", f"a,b\n{text}\nlast,line\n")
    numbers = [row.line for row in rows]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(), min_size=1), min_size=1))
def test_json_rows_hold_their_values_under_the_headers_names(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, int]]
) -> None:
    file = tmp_path_factory.mktemp("any") / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, records)))
    with open_table(file) as table:
        header = table.header
        read_back = [dict(zip(header, row.cells, strict=True)) for row in table.rows if isinstance(row, Row)]
    assert [{key: int(value) for key, value in row.items() if value} for row in read_back] == records
