"""The files to take in: which are new, which changed, and which only bear another name."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from glob import escape, glob
from pathlib import Path

from aftermerge.errors import DataError, Place
from aftermerge.model.kept import TakenFile

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it is now. `replaces` is what was taken when it was another."""

    path: Path
    name: str
    digest: str
    bytes: int
    modified_ns: int
    replaces: TakenFile | None = None

    def taken(self, taken: TakenFile) -> TakenFile:
        """What was taken, under this file's name and time."""
        return replace(taken, name=self.name, bytes=self.bytes, modified_ns=self.modified_ns)


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be taken in, in the order of names; and what was taken, as it is called now."""

    new: tuple[Found, ...]
    renamed: tuple[TakenFile, ...]


def look(root: Path, pattern: str, taken: Sequence[TakenFile]) -> Look:
    """Compare the files there are with those that were taken. Only those that may have changed are read.

    Raises:
        DataError: there is no file and never was, or one can't be read.
    """
    paths = _paths(root, pattern)
    if not paths and not taken:
        raise DataError(f"there is no file `{pattern}`", then="correct `table` in aftermerge.toml")
    by_name = {file.name: file for file in taken}
    found = [_found(root, path, by_name) for path in paths]
    return _compare(found, taken)


def _compare(found: Sequence[Found], taken: Sequence[TakenFile]) -> Look:
    first_of = {file.digest: file for file in reversed(found)}
    here = {(file.name, file.digest) for file in found}
    renamed, names = [], {file.name: file for file in taken}
    for known in taken:
        now = first_of.get(known.digest)
        if now is None or (known.name, known.digest) in here:
            continue  # gone or changed; or there as it was
        names.pop(known.name, None)
        renamed.append(now.taken(known))
    digests = {file.digest for file in taken}
    touched = [names[file.name] for file in found if file.name in names and names[file.name].digest == file.digest]
    by_name = {file.name: file for file in found}
    touched = [by_name[known.name].taken(known) for known in touched]
    renamed += [file for file in touched if file not in taken]
    new = [replace(file, replaces=names.get(file.name)) for file in first_of.values() if file.digest not in digests]
    return Look(tuple(sorted(new, key=lambda file: file.name)), tuple(renamed))


def _paths(root: Path, pattern: str) -> list[Path]:
    anchored = pattern if Path(pattern).is_absolute() else f"{escape(str(root))}/{pattern}"
    found = glob(anchored, recursive=True)  # noqa: PTH207 - the pattern may begin at any root
    return sorted(path for path in map(Path, found) if path.is_file())


def _found(root: Path, path: Path, known: dict[str, TakenFile]) -> Found:
    name = str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
    try:
        status = path.stat()
        before = known.get(name)
        is_same = before is not None and (before.bytes, before.modified_ns) == (status.st_size, status.st_mtime_ns)
        digest = before.digest if before is not None and is_same else _digest(path)
    except OSError as error:
        then = "let the user who runs this read it"
        raise DataError(f"it can't be read: {error.strerror or error}", where=Place(name), then=then) from error
    return Found(path, name, digest, status.st_size, status.st_mtime_ns)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
