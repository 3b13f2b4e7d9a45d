"""A row more in a list of deployments: once, and so that a crash leaves the old list or the new."""

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from aftermerge.connectors.git.deployments import COMMIT, TIME, is_json_lines, moment_in, records
from aftermerge.errors import DataError, Place
from aftermerge.outside.durable import replace_durably, writing

__all__ = ["Deploying", "add_deployment"]

_HEADER = ("time", "commit", "environment", "version")
_UNSAID = "production"  # what a row without an environment speaks of


@dataclass(frozen=True, slots=True)
class Deploying:
    """A commit that goes to an environment. The time is aware."""

    time: datetime
    commit: str
    environment: str
    version: str | None = None

    def row(self) -> dict[str, str]:
        time = self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"time": time, "commit": self.commit, "environment": self.environment, "version": self.version or ""}


def add_deployment(file: Path, deploying: Deploying, zone: tzinfo) -> bool:
    """Append it to the list, which is begun where there is none; False where it stands there already.

    The same commit, environment and moment are the same deployment. Jobs that append at once do so one after another.

    Raises:
        DataError: the list can't be read, or has no column for something that is to be said.
        OutsideError: it can't be written.
    """
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with _alone_in(file.parent):
            known = file.exists() and file.stat().st_size > 0
            if known and any(_is_same(record, deploying, zone) for _, record in records(file)):
                return False
            before = file.read_bytes() if known else b""
            _replace(file, before + _appended(file, before, deploying).encode())
    return True


def _is_same(record: Mapping[str, str], deploying: Deploying, zone: tzinfo) -> bool:
    commit = next((record[name] for name in COMMIT if record.get(name)), "")
    environment = record.get("environment") or _UNSAID
    if not commit or not deploying.commit.startswith(commit) or environment != deploying.environment:
        return False
    try:
        return moment_in(next((record[name] for name in TIME if record.get(name)), ""), zone) == deploying.time
    except ValueError:
        return False


def _appended(file: Path, before: bytes, deploying: Deploying) -> str:
    """What comes behind `before`; a last line that was not ended is ended first."""
    end = "" if not before or before.endswith(b"\n") else "\n"
    if is_json_lines(file):
        said = {key: value for key, value in deploying.row().items() if value}
        return f"{end}{json.dumps(said, ensure_ascii=False)}\n"
    header = _header(before)
    return end + (_line(_HEADER) if not before else "") + _line(_columns(file, header, deploying))


def _header(before: bytes) -> list[str]:
    first = before.decode("utf-8-sig", "replace").splitlines()[:1]
    return next(csv.reader(first), []) or list(_HEADER)


def _columns(file: Path, header: list[str], deploying: Deploying) -> list[str]:
    """The row, under the columns that the list has."""
    row = deploying.row()
    for key, names in (("time", TIME), ("commit", COMMIT)):
        row |= dict.fromkeys(names, row[key])
    for key, unsaid in (("environment", _UNSAID), ("version", "")):
        if key not in header and row[key] != unsaid:
            what = f"there is no column `{key}` to say `{row[key]}` in"
            raise DataError(what, where=Place(str(file), 1), then=f"add `{key}` to its first line")
    return [row.get(name, "") for name in header]


def _line(values: list[str] | tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def _replace(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o777)
        replace_durably(draft, file)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, where the system has one: a file that is replaced can't be locked itself."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems know no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
