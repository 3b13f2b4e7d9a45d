"""The folder that an index lies in: which of its parts counts, and who may write.

    .aftermerge/search/
    ├── state.json     the form, the revision and the name of the part that counts; replaced as one
    ├── lock           held by the one who writes
    └── 1f0c…/         the part: tantivy's own files

An index that is filled anew lies beside the old one until its state is written, so that whoever searches meanwhile
still finds all of it.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from aftermerge.errors import OutsideError
from aftermerge.search.form import FORM

__all__ = ["Place", "State"]

_PAUSE = 0.05  # seconds between two tries for the lock


@dataclass(frozen=True, slots=True)
class State:
    """Up to which revision the part has come."""

    form: int
    revision: int
    part: str


@dataclass(frozen=True, slots=True)
class Place:
    """`patience`: how many seconds to wait for one who writes."""

    folder: Path
    patience: float

    def state(self) -> State | None:
        """None when there is no index, it is of another form, or what is written of it can't be read."""
        try:
            state = State(**json.loads((self.folder / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return state if state.form == FORM and (self.folder / str(state.part)).is_dir() else None

    def part(self, state: State) -> Path:
        return self.folder / state.part

    def new_part(self) -> State:
        state = State(FORM, 0, uuid4().hex)
        self.part(state).mkdir(mode=0o700)  # customers' words are for whoever may read the ledger
        return state

    def settle(self, state: State) -> None:
        """Make it the part that counts, durably, and remove all others."""
        _write_durably(self.folder / "state.json", json.dumps(asdict(state)))
        self.sweep(state)

    def sweep(self, kept: State | None) -> None:
        """Remove what lies in the folder and does not count."""
        names = {"lock", "state.json", kept.part} if kept else {"lock"}
        for path in self.folder.iterdir():
            if path.name not in names:
                _remove(path)

    def disown(self) -> None:
        """No part counts any more."""
        (self.folder / "state.json").unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """
        Raises:
            OutsideError: somebody else writes, or the folder can't be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        try:
            self._take(handle)
            yield
        finally:
            os.close(handle)  # and with it the lock goes, as it does when the process dies

    def _take(self, handle: int) -> None:
        until = time.monotonic() + self.patience
        while not _locked(handle):
            if time.monotonic() >= until:
                what = f"another process is writing the search index in {self.folder}"
                raise OutsideError(what, then="wait until it is done, then try again")
            time.sleep(_PAUSE)


def unwritable(folder: Path, error: Exception) -> OutsideError:
    what = f"the search index in {folder} can't be written: {error}"
    then = "look at the disk's free space and the folder's rights, then `aftermerge hear search --rebuild`"
    return OutsideError(what, then=then)


if sys.platform == "win32":
    import msvcrt

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def _write_durably(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    if os.name == "posix":  # elsewhere a folder can't be opened, and the file system sees to it
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)  # a reader on Windows may hold a file; the next sweep takes it
    else:
        path.unlink(missing_ok=True)
