"""What lies in a folder, a zip, a tar or one packed file: read into memory up to a limit, never written to the disk."""

import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from aftermerge.errors import DataError, Place

__all__ = ["EXPANDED_BYTES", "MEMBER_BYTES", "Archive", "Member", "is_zip"]

EXPANDED_BYTES = 4 * 10**9
"""An archive whose files are larger together is taken for a trick, or a mistake."""
MEMBER_BYTES = 256 * 10**6

_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, EOFError)
_TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One file in it. `name` is its way from the top; `content` is None where the file is too large to be read."""

    name: str
    modified_at: datetime
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Archive:
    """`path` as files, whatever packs them. A plain file is an archive of itself.

    Links are passed over. Nothing is unpacked to the disk, yet a name that leads out of an archive refuses it whole.
    """

    path: Path
    member_bytes: int = MEMBER_BYTES
    expanded_bytes: int = EXPANDED_BYTES

    def names(self) -> list[str]:
        """The names of its files, sorted.

        Raises:
            DataError: it is missing or damaged, or a name in it leads out of it.
        """
        with self._undamaged():
            return sorted(self._names())

    def read(self, wanted: Callable[[str], bool]) -> Iterator[Member]:
        """The files of these names, in the order of their names.

        Raises:
            DataError: it is missing, damaged, locked with a password, a name leads out of it, or it expands too far.
        """
        with self._undamaged():
            yield from self._budgeted(self._members(wanted))

    def _budgeted(self, members: Iterator[Member]) -> Iterator[Member]:
        left = self.expanded_bytes
        for member in members:
            left -= len(member.content) if member.content is not None else self.member_bytes
            if left < 0:
                raise self._too_large()
            yield member

    def _names(self) -> Iterator[str]:
        if self.path.is_dir():
            yield from (file.relative_to(self.path).as_posix() for file in self._files())
        elif is_zip(self.path):
            with zipfile.ZipFile(self.path) as packed:
                yield from (self._safe(info.filename) for info in packed.infolist() if not info.is_dir())
        elif _is_tar(self.path):
            with tarfile.open(self.path) as tar:
                yield from (self._safe(info.name) for info in self._tar_files(tar))
        else:
            yield self._inner_name

    def _members(self, wanted: Callable[[str], bool]) -> Iterator[Member]:
        if self.path.is_dir():
            yield from self._from_folder(wanted)
        elif is_zip(self.path):
            yield from self._from_zip(wanted)
        elif _is_tar(self.path):
            yield from self._from_tar(wanted)
        elif wanted(self._inner_name):
            with self._opened() as stream:
                yield Member(self._inner_name, _modified(self.path), self._limited(stream))

    @property
    def _inner_name(self) -> str:
        return self.path.stem if self.path.suffix.lower() == ".gz" else self.path.name

    @contextmanager
    def _opened(self) -> Iterator[_Readable]:
        with ExitStack() as stack:
            raw = stack.enter_context(self.path.open("rb"))
            packed = self.path.suffix.lower() == ".gz"
            yield stack.enter_context(gzip.GzipFile(fileobj=raw)) if packed else raw

    def _files(self) -> list[Path]:
        return sorted(file for file in self.path.rglob("*") if file.is_file() and not file.is_symlink())

    def _from_folder(self, wanted: Callable[[str], bool]) -> Iterator[Member]:
        for file in self._files():
            name = file.relative_to(self.path).as_posix()
            if wanted(name):
                with Archive(file)._opened() as stream:
                    yield Member(name.removesuffix(".gz"), _modified(file), self._limited(stream))

    def _from_zip(self, wanted: Callable[[str], bool]) -> Iterator[Member]:
        with zipfile.ZipFile(self.path) as packed:
            files = [info for info in packed.infolist() if not info.is_dir()]
            for info in sorted(files, key=lambda info: self._safe(info.filename)):
                if wanted(info.filename):
                    with packed.open(info) as stream:
                        yield Member(info.filename, _zip_time(info), self._limited(stream))

    def _from_tar(self, wanted: Callable[[str], bool]) -> Iterator[Member]:
        """In the order of names, which for a packed tar means to read it into memory first."""
        with tarfile.open(self.path) as tar:
            found = [self._from_tar_file(tar, info) for info in self._tar_files(tar) if wanted(self._safe(info.name))]
        yield from sorted(found, key=lambda member: member.name)

    def _from_tar_file(self, tar: tarfile.TarFile, info: tarfile.TarInfo) -> Member:
        stream = tar.extractfile(info)
        time = datetime.fromtimestamp(info.mtime, UTC)
        return Member(info.name, time, self._limited(stream) if stream else None)

    def _tar_files(self, tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        left = self.expanded_bytes
        for info in tar:
            left -= info.size
            if left < 0:
                raise self._too_large()
            if info.isfile():
                yield info

    def _limited(self, stream: _Readable) -> bytes | None:
        content = stream.read(self.member_bytes + 1)
        return content if len(content) <= self.member_bytes else None

    def _safe(self, name: str) -> str:
        way = PurePosixPath(name.replace("\\", "/"))
        if not way.parts or way.is_absolute() or ".." in way.parts or ":" in way.parts[0]:
            what = f"a name in it leads out of it: {name[:60]!r}"
            raise DataError(what, where=Place(str(self.path)), then="export it again; do not use this file")
        return name

    def _too_large(self) -> DataError:
        what = f"it expands to more than {self.expanded_bytes:,} bytes"
        return DataError(what, where=Place(str(self.path)), then="split it, or unpack what is wanted of it")

    @contextmanager
    def _undamaged(self) -> Iterator[None]:
        where = Place(str(self.path))
        if not self.path.exists():
            raise DataError("there is no such file or folder", where=where, then="correct its path")
        try:
            yield
        except _DAMAGE as error:
            then = "copy or export it again"
            raise DataError(f"it is damaged: {error or 'it ends too early'}", where=where, then=then) from error
        except (RuntimeError, NotImplementedError) as error:  # zipfile's words for a password and a strange packing
            raise DataError(f"it can't be unpacked: {error}", where=where, then="pack it without a password") from error
        except OSError as error:
            what = f"it can't be read: {error.strerror or error}"
            raise DataError(what, where=where, then="let the user who runs this read it") from error


def is_zip(path: Path) -> bool:
    """By its suffix."""
    return path.suffix.lower() == ".zip"


def _is_tar(path: Path) -> bool:
    return path.name.lower().endswith(_TARS)


def _modified(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _zip_time(info: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)
