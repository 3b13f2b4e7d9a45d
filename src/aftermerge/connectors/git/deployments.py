"""A team's own list of deployments: a CSV or JSONL file, a row a deployment, or a CDEvent a line."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from aftermerge.connectors.git.cdevents import deployment_in, kind_of
from aftermerge.errors import DataError, Place, nearest
from aftermerge.model.batch import Rejected

__all__ = ["COMMIT", "TIME", "Deployment", "is_json_lines", "moment_in", "read_deployments", "records"]

TIME = ("time", "deployed_at")
"""Either names the column of the time; so below."""
COMMIT = ("commit", "sha")
_LINES = (".jsonl", ".ndjson", ".json")
_NAMES_A_COMMIT = re.compile(r"[A-Za-z0-9][\w.+/-]*")


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
    deployments, rejected, others = [], [], Counter[str]()
    for row, record in records(file):
        if record.get("cdevent"):
            others[record["cdevent"]] += 1
        elif _is_in(record, environments):
            try:
                deployments.append(_deployment(row, record, zone))
            except ValueError as error:
                raw = json.dumps(dict(record), ensure_ascii=False)
                rejected.append(Rejected(str(file), row, None, str(error), raw))
    return tuple(deployments), (*rejected, *(_left_out(file, kind, count) for kind, count in sorted(others.items())))


def _is_in(record: Mapping[str, str], environments: Sequence[str]) -> bool:
    named = [record[key] for key in ("environment", "environment_name") if record.get(key)]
    return not named or any(name in environments for name in named)


def _left_out(file: Path, kind: str, count: int) -> Rejected:
    """One word for all events of a kind that tells of no deployment."""
    told = "merges are read from git itself" if kind == "change.merged" else "it tells of no deployment"
    return Rejected(str(file), 1, None, f"{count:,} × the event `{kind}` is left out: {told}", kind)


def _deployment(row: int, record: Mapping[str, str], zone: tzinfo) -> Deployment:
    commit = _value(record, COMMIT)
    if not commit:
        raise ValueError("there is no commit in it")
    if not _NAMES_A_COMMIT.fullmatch(commit) or ".." in commit:
        raise ValueError(f"`{commit}` is neither a commit's hash nor a tag")
    return Deployment(moment_in(_value(record, TIME), zone), commit, record.get("version") or None, row)


def moment_in(text: str, zone: tzinfo) -> datetime:
    """
    Raises:
        ValueError: the text is no ISO time.
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"`{text}` is not an ISO time such as 2026-03-01T14:05:00Z") from None
    return (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC)


def _value(record: Mapping[str, str], names: Sequence[str]) -> str:
    return next((record[name] for name in names if record.get(name)), "")


def is_json_lines(file: Path) -> bool:
    return file.suffix in _LINES


def records(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line. Of an event that tells of no deployment, only its kind as `cdevent`.

    Raises:
        DataError: the file can't be read, has no time or commit, or a line of it is not JSON.
    """
    try:
        text = file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        then = "set `deployments` to a file that is there, relative to the workspace"
        raise DataError(f"`{file}` can't be read: {error.strerror}", then=then) from error
    if is_json_lines(file):
        return _json_records(file, text)
    return _csv_records(file, text)


def _csv_records(file: Path, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(text.splitlines(), restval="")
    header = list(reader.fieldnames or [])
    for names in (TIME, COMMIT):
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
    kind = kind_of(record)
    if kind is not None:
        return deployment_in(record) or {"cdevent": kind}
    return {key: "" if value is None else str(value).strip() for key, value in record.items() if key != "cdevent"}
