"""DuckDB in memory: how much of it it may take, and where it puts what does not fit."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from aftermerge.errors import OutsideError

if TYPE_CHECKING:
    import duckdb

_PREFIX = "duckdb-"
_SIZE = re.compile(r"(\d+)([MG]i?B)")
_UNITS = {"MB": 1000**2, "MiB": 1024**2, "GB": 1000**3, "GiB": 1024**3}
_COUNTED = 0.75
"""The share of a process's memory that the engine counts as its own, seen over ten million events."""


@contextmanager
def connect(memory: str | None = None, spill: Path | None = None) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A connection that takes `memory` (such as `1GiB`) at most, and goes on in files under `spill`. Its zone is UTC.

    A part of the memory is left for what the engine does not count: answers, file footers, the program itself. Without
    them the engine takes what it takes by default.

    Raises:
        OutsideError: nothing can be written to `spill`.
    """
    import duckdb  # loaded only where it is needed

    with duckdb.connect(":memory:") as connection, _own_folder(spill) as folder:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")  # it would write over what we print
        if memory is not None:
            connection.execute("SET memory_limit = ?", [_most(memory)])
        if folder is not None:
            connection.execute("SET temp_directory = ?", [str(folder)])
        yield connection
        connection.close()


def size_in_bytes(memory: str) -> int | None:
    """Of a setting such as `1GiB`; None where it is written otherwise."""
    match = _SIZE.fullmatch(memory)
    return int(match[1]) * _UNITS[match[2]] if match else None


def _most(memory: str) -> str:
    size = size_in_bytes(memory)
    return memory if size is None else f"{round(size * _COUNTED)}B"


def sweep(spill: Path) -> None:
    """Remove what processes of this machine left behind that are no more: rows of events may stand in it."""
    here = f"{_PREFIX}{socket.gethostname()}-"
    for folder in spill.glob(f"{here}*"):
        process = folder.name.removeprefix(here).partition("-")[0]
        if process.isdigit() and not _lives(int(process)):
            rmtree(folder, ignore_errors=True)


@contextmanager
def _own_folder(spill: Path | None) -> Iterator[Path | None]:
    if spill is None:
        yield None
        return
    try:
        spill.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(dir=spill, prefix=f"{_PREFIX}{socket.gethostname()}-{os.getpid()}-"))
    except OSError as error:
        then = "let the user who runs this write there"
        raise OutsideError(f"{spill} can't be written: {error.strerror or error}", then=then) from error
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
