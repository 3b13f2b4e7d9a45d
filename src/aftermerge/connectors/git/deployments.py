"""A team's own list of deployments: a CSV or JSONL file, a row a deployment."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from aftermerge.errors import DataError, Place, nearest
from aftermerge.model.batch import Rejected

__all__ = ["Deployment", "read_deployments"]

_TIME = ("time", "deployed_at")
_COMMIT = ("commit", "sha")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A commit that went to an environment at a time (aware, UTC). `row` counts lines from 1."""

    time: datetime
    commit: str
    version: str | None
    row: int


def read_deployments(
    file: Path, environments: Sequence[str], zone: tzinfo
) -> tuple[tuple[Deployment, ...], tuple[Rejected, ...]]:
    """Deployments to one of the environments, in the file's order, and the rows that can't be used.

    A file without an `environment` column holds deployments to production only. A time without a zone is in `zone`.

    Raises:
        DataError: the file is missing, can't be read, or has no time or commit.
    """
    deployments, rejected = [], []
    for row, record in _records(file):
        if record.get("environment") and record["environment"] not in environments:
            continue
        try:
            deployments.append(_deployment(row, record, zone))
        except ValueError as error:
            rejected.append(Rejected(str(file), row, None, str(error), json.dumps(dict(record), ensure_ascii=False)))
    return tuple(deployments), tuple(rejected)


def _deployment(row: int, record: Mapping[str, str], zone: tzinfo) -> Deployment:
    commit = _value(record, _COMMIT)
    if not commit or commit.startswith("-") or not commit.isalnum():
        raise ValueError("there is no commit in it" if not commit else f"`{commit}` is not a commit's hash")
    return Deployment(_time(_value(record, _TIME), zone), commit, record.get("version") or None, row)


def _time(text: str, zone: tzinfo) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not an ISO time such as 2026-03-01T14:05:00Z") from None
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)


def _value(record: Mapping[str, str], names: Sequence[str]) -> str:
    return next((record[name] for name in names if record.get(name)), "")


def _records(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        then = "set `deployments` to a file that is there, relative to the workspace"
        raise DataError(f"`{file}` can't be read: {error.strerror}", then=then) from error
    if file.suffix in (".jsonl", ".ndjson"):
        return _json_records(file, text)
    return _csv_records(file, text)


def _csv_records(file: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(text.splitlines(), restval="")
    header = list(reader.fieldnames or [])
    for names in (_TIME, _COMMIT):
        if not set(names) & set(header):
            what = f"there is no column `{names[0]}` (or `{names[1]}`)"
            raise DataError(what, where=Place(str(file), 1), then=nearest(names[0], header))
    for record in reader:
        yield reader.line_num, {key: value.strip() for key, value in record.items() if key in header}


def _json_records(file: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _json_record(file, number, line)


def _json_record(file: Path, number: int, line: str) -> dict[str, str]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise DataError("this line is not JSON", where=Place(str(file), number), then="repair the line") from error
    if not isinstance(record, dict):
        raise DataError("this line is not a JSON object", where=Place(str(file), number), then="repair the line")
    return {key: "" if value is None else str(value).strip() for key, value in record.items()}
