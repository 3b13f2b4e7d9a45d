"""The portable file: a zip with `manifest.json` and one JSON Lines file a table, the same from either database."""

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from aftermerge.errors import LedgerError
from aftermerge.ledger.backups.whole_file import whole_file

FORMAT = 1
_MANIFEST = "manifest.json"
Line = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Contents:
    """One table of an archive: how many rows, and the SHA-256 of its lines."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds. `revision` is that of the ledger's tables, `format` that of the archive."""

    format: int
    revision: str
    tables: Mapping[str, Contents]


def write_archive(path: Path, revision: str, tables: Iterable[tuple[str, Iterable[Line]]]) -> Manifest:
    """Write it wholly or not at all."""
    with whole_file(path) as part, ZipFile(part, "w", ZIP_DEFLATED) as archive:
        contents = {name: _write_table(archive, name, lines) for name, lines in tables}
        manifest = Manifest(FORMAT, revision, contents)
        archive.writestr(_entry(_MANIFEST), json.dumps(asdict(manifest), indent=2), ZIP_DEFLATED)
    return manifest


@contextmanager
def open_archive(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """An archive of which every checksum has been compared.

    Raises:
        LedgerError: it can't be read, is damaged, or is of a later format.
    """
    with ExitStack() as stack:
        with _worded(path):
            archive = stack.enter_context(ZipFile(path))
            manifest = _manifest(archive, path)
            _compare_checksums(archive, manifest, path)
        yield archive, manifest


def lines(archive: ZipFile, table: str) -> Iterator[Line]:
    """The rows of a table, one at a time."""
    with archive.open(_member(table)) as file:
        for line in file:
            row: Line = json.loads(line)
            yield row


def _write_table(archive: ZipFile, name: str, rows: Iterable[Line]) -> Contents:
    digest, count = sha256(), 0
    with archive.open(_entry(_member(name)), "w", force_zip64=True) as file:
        for row in rows:
            line = json.dumps(row).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return Contents(count, digest.hexdigest())


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)  # dated 1980, so that the same ledger gives the same bytes
    entry.compress_type = ZIP_DEFLATED
    return entry


def _compare_checksums(archive: ZipFile, manifest: Manifest, path: Path) -> None:
    for name, contents in manifest.tables.items():
        if _contents(archive, name) != contents:
            raise _damaged(path, f"table `{name}` does not match its checksum")


def _contents(archive: ZipFile, name: str) -> Contents:
    digest, count = sha256(), 0
    with archive.open(_member(name)) as file:
        for line in file:
            digest.update(line)
            count += 1
    return Contents(count, digest.hexdigest())


def _manifest(archive: ZipFile, path: Path) -> Manifest:
    document = json.loads(archive.read(_MANIFEST))
    if document["format"] != FORMAT:
        raise LedgerError(
            f"{path} is a backup of format {document['format']}; this program reads format {FORMAT}",
            then="restore it with the Aftermerge that wrote it, or a later one",
        )
    tables = {name: Contents(**contents) for name, contents in document["tables"].items()}
    return Manifest(FORMAT, str(document["revision"]), tables)


def _member(table: str) -> str:
    return f"{table}.jsonl"


@contextmanager
def _worded(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise LedgerError(f"there is no backup at {path}", then="look at the path") from error
    except (BadZipFile, zlib.error, struct.error, OSError, EOFError, LookupError, RuntimeError) as error:
        raise _damaged(path, str(error)) from error
    except (AttributeError, TypeError, ValueError) as error:  # a manifest of another shape
        raise _damaged(path, str(error)) from error


def _damaged(path: Path, reason: str) -> LedgerError:
    return LedgerError(f"{path} is damaged, or no backup: {reason}", then="restore another backup")
