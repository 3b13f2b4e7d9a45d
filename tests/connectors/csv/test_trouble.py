"""Trouble with files is told as what, where and what next; it never ends the other sources' turn."""

import errno
import gzip
import io
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb
import pytest

from aftermerge.connectors.csv import connect
from aftermerge.connectors.csv.opening import Opened
from aftermerge.connectors.csv.reading import open_table
from aftermerge.connectors.files.rejects import RejectedFile
from aftermerge.errors import AftermergeError, DataError, OutsideError
from aftermerge.jobs.sync import sync
from aftermerge.ports import SourceContext
from support.memory_ledger import MemoryLedger


def pull(root: Path, name: str, **keys: Any) -> None:
    context = SourceContext(root, root / "tables", root / "rejected", UTC)
    list(connect({"path": name, "as": "feedback", **keys}, context, "reviews").pull(None))


def told(error: AftermergeError, file: str) -> bool:
    return error.where is not None and file in error.where.file and bool(error.then)


def damaged_parquet(root: Path) -> Path:
    """A Parquet file whose footer is whole and whose pages are not."""
    file = root / "a.parquet"
    with duckdb.connect() as connection:
        rows = "SELECT '2024-01-01' AS time, md5(i::VARCHAR) AS text FROM range(5000) r(i)"
        connection.execute(f"COPY ({rows}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    content = bytearray(file.read_bytes())
    content[4 : len(content) // 2] = b"\xff" * (len(content) // 2 - 4)
    file.write_bytes(content)
    return file


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path that the system lets nobody open, not even root, who runs some tests."""
    open_path = Path.open

    def refuse(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name.startswith("secret"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_path(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    return Path("secret.csv")


@pytest.mark.parametrize("read_as", ["feedback", "events"])
def test_a_parquet_file_with_a_damaged_body_is_told(tmp_path: Path, read_as: str) -> None:
    damaged_parquet(tmp_path)
    with pytest.raises(DataError, match="is damaged") as caught:
        pull(tmp_path, "a.parquet", **{"as": read_as})
    assert told(caught.value, "a.parquet")


def test_a_file_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="no Parquet file") as caught:
        pull(tmp_path, "a.parquet")
    assert told(caught.value, "a.parquet")


@pytest.mark.parametrize("read_as", ["feedback", "releases", "events"])
def test_a_file_that_can_not_be_opened_is_told(tmp_path: Path, forbidden: Path, read_as: str) -> None:
    (tmp_path / "x").write_text("time,text,version\n")
    (tmp_path / "x").rename(tmp_path / forbidden)
    with pytest.raises(DataError, match="Permission denied") as caught:
        pull(tmp_path, forbidden.name, **{"as": read_as})
    assert told(caught.value, forbidden.name)
    with pytest.raises(DataError, match="Permission denied"), open_table(tmp_path / forbidden):
        pass


def test_a_name_that_the_system_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        pull(tmp_path, f"{'x' * 300}.csv")
    assert told(caught.value, "xxx.csv")


class FailingDisk(io.RawIOBase):
    """Gives a header, then an error."""

    given = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.given:
            raise OSError(errno.EIO, "Input/output error")
        self.given = True
        buffer[:10] = b"time,text\n"
        return 10


def test_a_disk_that_fails_while_a_file_is_read_is_told(tmp_path: Path) -> None:
    with io.BufferedReader(FailingDisk()) as stream:
        lines = Opened(tmp_path / "a.csv", stream, lambda: (0, 0)).lines()
        with pytest.raises(DataError, match="Input/output error") as caught:
            list(lines)
    assert told(caught.value, "a.csv")


def test_rejected_rows_that_can_not_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,text\nsoon,x\n")
    (tmp_path / "rejected").write_text("a file where the folder should be")
    with pytest.raises(OutsideError, match="can't be written") as caught:
        pull(tmp_path, "a.csv")
    assert told(caught.value, "reviews.jsonl")


def test_an_old_list_of_rejected_rows_that_can_not_be_removed_is_told(tmp_path: Path) -> None:
    (tmp_path / "reviews.jsonl").mkdir()
    with pytest.raises(OutsideError, match="can't be written"), RejectedFile(tmp_path, "reviews", "a.csv") as rejects:
        rejects.finish()


def test_a_cleaned_table_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ts,user\n2024-01-01,a\n")
    (tmp_path / "tables").write_text("a file where the folder should be")
    with pytest.raises(OutsideError, match="can't be written") as caught:
        pull(tmp_path, "a.csv", **{"as": "events"})
    assert told(caught.value, "reviews.parquet")


def test_a_cleaned_table_that_the_engine_can_not_write_is_told_and_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ts,user\n2024-01-01,a\n")
    (tmp_path / "tables" / "reviews.parquet").mkdir(parents=True)
    (tmp_path / "tables" / "reviews.parquet" / "x").touch()
    with pytest.raises(OutsideError, match="can't be written"):
        pull(tmp_path, "a.csv", **{"as": "events"})
    assert [path.name for path in (tmp_path / "tables").iterdir()] == ["reviews.parquet"]


def test_a_damaged_source_leaves_the_others_their_turn(tmp_path: Path) -> None:
    damaged_parquet(tmp_path)
    (tmp_path / "b.csv").write_text("time,text\n2024-01-01,heard\n")
    context = SourceContext(tmp_path, tmp_path / "tables", tmp_path / "rejected", UTC)
    sources = [connect({"path": name, "as": "feedback"}, context, name) for name in ("a.parquet", "b.csv")]
    ledger = MemoryLedger()
    report = sync(sources, ledger, lambda name, done, total: None)
    assert len(report.errors) == 1
    assert "heard" in [row.text for row in ledger.feedback()]


def test_suffixes_are_read_whatever_their_capitals(tmp_path: Path) -> None:
    (tmp_path / "A.CSV.GZ").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    with open_table(tmp_path / "A.CSV.GZ") as table:
        assert [row.cells for row in table.rows if hasattr(row, "cells")] == [["1", "2"]]
