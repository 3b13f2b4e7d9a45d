"""A file opened for reading, unpacked on the way, and its text as lines."""

import gzip
import io
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from aftermerge.errors import DataError, Place

__all__ = [
    "EXPANDED_BYTES",
    "LINE_CHARACTERS",
    "Line",
    "Opened",
    "check_file",
    "format_of",
    "is_packed",
    "opened",
    "reading",
]

EXPANDED_BYTES = 20 * 10**9
"""A gzip file that expands to more is taken for a mistake."""

LINE_CHARACTERS = 10 * 10**6
"""A longer record is broken."""


class Line(NamedTuple):
    """A physical line without its end. `text` is None when it is too long to be one."""

    number: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Bytes that come out of a file, and how far into the file on disk they are."""

    file: Path
    stream: IO[bytes]
    progress: Callable[[], tuple[int, int]]

    def lines(self) -> Iterator[Line]:
        """UTF-8 (or UTF-16 with its mark). An undecodable byte becomes a lone surrogate, so that it can be told.

        Raises:
            DataError: the system stops reading it.
        """
        with reading(self.file):
            yield from self._decoded()

    def _decoded(self) -> Iterator[Line]:
        start = self.stream.peek(2)[:2] if isinstance(self.stream, io.BufferedReader) else b""
        wide = start in (BOM_UTF16_LE, BOM_UTF16_BE)
        encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape")
        text = io.TextIOWrapper(self.stream, encoding=encoding, errors=errors)
        try:
            yield from _lines(text)
        finally:
            if not text.closed:
                text.detach()


class _Expanding(io.RawIOBase):
    """What comes out of a gzip file, up to a limit."""

    def __init__(self, packed: gzip.GzipFile, file: Path, limit_bytes: int) -> None:
        self._packed = packed
        self._file = file
        self._left_bytes = limit_bytes
        self._limit_bytes = limit_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._packed.read1(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _not_gzip(self._file, error) from error
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            what = f"it expands to more than {self._limit_bytes:,} bytes"
            raise DataError(what, where=Place(str(self._file)), then="split the file, or convert it to Parquet")
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(file: Path, limit_bytes: int = EXPANDED_BYTES) -> Iterator[Opened]:
    """Open a plain or gzip file.

    Raises:
        DataError: it is missing, a folder, empty, unreadable, broken, or expands to more than `limit_bytes`.
    """
    check_file(file)
    with ExitStack() as stack:
        with reading(file):
            total = file.stat().st_size
            raw = stack.enter_context(file.open("rb"))
        if not is_packed(file):
            yield Opened(file, raw, lambda: (raw.tell(), total))
            return
        packed = stack.enter_context(gzip.GzipFile(fileobj=raw))
        with io.BufferedReader(_Expanding(packed, file, limit_bytes)) as stream:
            yield Opened(file, stream, lambda: (raw.tell(), total))


def check_file(file: Path) -> None:
    """See that a file is there and holds something.

    Raises:
        DataError: it doesn't, or can't be looked at.
    """
    where = Place(str(file))
    with reading(file):
        if file.is_dir():
            raise DataError("this is a folder", where=where, then="set `path` to one file in it")
        if not file.exists():
            raise DataError("there is no such file", where=where, then="set `path` relative to the workspace")
        if file.stat().st_size == 0:
            raise DataError("the file is empty", where=where, then="export it again")


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Around all that asks the system for `file`.

    Raises:
        DataError: the system refused; the reason is its own.
    """
    try:
        yield
    except OSError as error:
        then = "let the user who runs this read it, or correct its path in aftermerge.toml"
        raise DataError(f"it can't be read: {error.strerror or error}", where=Place(str(file)), then=then) from error


def is_packed(file: Path) -> bool:
    """Whether a file is packed by gzip, by its suffix."""
    return file.suffix.lower() == ".gz"


def format_of(file: Path) -> str:
    """The suffix that says how to read a file: `.csv`, `.tsv`, `.json`, `.jsonl`, `.ndjson` or `.parquet`.

    Raises:
        DataError: it has another one.
    """
    suffix = (file.with_suffix("") if is_packed(file) else file).suffix.lower()
    if suffix in (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"):
        return suffix
    then = "give it as .csv, .tsv, .json, .jsonl, .ndjson or .parquet, plain or with .gz behind"
    raise DataError(f"a `{suffix or 'nameless'}` file can't be read", where=Place(str(file)), then=then)


def _lines(text: io.TextIOWrapper) -> Iterator[Line]:
    number = 0
    while line := text.readline(LINE_CHARACTERS + 1):
        number += 1
        if len(line) > LINE_CHARACTERS and not line.endswith("\n"):
            _skip_line(text)
            yield Line(number, None)
        else:
            yield Line(number, line.removesuffix("\n"))


def _skip_line(text: io.TextIOWrapper) -> None:
    while (rest := text.readline(LINE_CHARACTERS)) and not rest.endswith("\n"):
        pass


def _not_gzip(file: Path, error: Exception) -> DataError:
    cut = isinstance(error, EOFError)
    what = "the file ends too early" if cut else "the file is not gzip, or is damaged"
    return DataError(what, where=Place(str(file)), then="copy or export it again")
