"""What a file or folder is, by its name and what is in it: for one who hands it over without a word."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aftermerge.connectors.files.archive import Archive
from aftermerge.connectors.payloads.bodies import is_saved
from aftermerge.connectors.payloads.senders import senders_in
from aftermerge.connectors.slack_export.reading import Export
from aftermerge.errors import DataError, Place

__all__ = ["Recognised", "channels_in", "recognise", "stem"]

_ROWS = (".csv", ".tsv", ".parquet")
_JSON = (".json", ".jsonl", ".ndjson")
_PACKED = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
_SUFFIXES = re.compile(r"(\.(csv|tsv|parquet|json|jsonl|ndjson|zip|tar|tgz|mbox|gz|bz2|xz))+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recognised:
    """`kind` is the connector's; `keys` is what its configuration needs beside the path. `told` is for a person."""

    kind: str
    told: str
    keys: Mapping[str, object] = field(default_factory=dict)


def recognise(path: Path) -> tuple[Recognised, ...]:
    """What a path is; more than one where the saved bodies of several tools lie together.

    Raises:
        DataError: it is missing, damaged, or nothing that can be read.
    """
    if not path.exists():
        raise DataError("there is no such file or folder", where=Place(str(path)), then="correct its path")
    if path.is_dir() or path.name.lower().endswith(_PACKED):
        return _in_archive(path)
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    if suffix.lower() in _ROWS:
        return (_rows(),)
    if suffix.lower() in _JSON:
        return _payloads(path) or (_rows(),)
    if suffix.lower() == ".mbox" or _begins_like_mail(path):
        return (Recognised("mbox", "a mailbox"),)
    then = "give a CSV, TSV, JSON or Parquet file, a mailbox (.mbox), a Slack export or saved webhooks; or say --as"
    raise DataError("it is nothing that can be read", where=Place(str(path)), then=then)


def channels_in(export: Path) -> tuple[str, ...]:
    """The names of the channels in a Slack export.

    Raises:
        DataError: it is missing, damaged, or no export of Slack's.
    """
    return tuple(sorted(Export.at(export).channels()))


def stem(path: Path) -> str:
    """A path's name without what says how it is packed, fit to name a source."""
    bare = _SUFFIXES.sub("", path.resolve().name)
    return re.sub(r"[^\w.-]+", "-", bare).strip("-.") or "import"


def _in_archive(path: Path) -> tuple[Recognised, ...]:
    names = Archive(path).names()
    if any(name.rpartition("/")[2] == "channels.json" for name in names):
        return (Recognised("slack_export", "a Slack export"),)
    found = _payloads(path) if any(map(is_saved, names)) else ()
    if found:
        return found
    then = "unpack it and import the files in it one by one"
    raise DataError("neither a Slack export nor saved webhooks are in it", where=Place(str(path)), then=then)


def _rows() -> Recognised:
    return Recognised("csv", "rows of feedback", {"as": "feedback"})


def _payloads(path: Path) -> tuple[Recognised, ...]:
    found = senders_in(path).most_common()
    return tuple(Recognised("payloads", f"{_bodies(count)} of {tool}", {"of": tool}) for tool, count in found)


def _bodies(count: int) -> str:
    return f"{count:,} saved {'body' if count == 1 else 'bodies'}"


def _begins_like_mail(path: Path) -> bool:
    try:
        with path.open("rb") as content:
            return content.read(5) == b"From "
    except OSError as error:
        what = f"it can't be read: {error.strerror or error}"
        raise DataError(what, where=Place(str(path)), then="let the user who runs this read it") from error
