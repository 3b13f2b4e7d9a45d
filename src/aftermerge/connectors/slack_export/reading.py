"""The files of an export: who, which channels, and a channel's days."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aftermerge.connectors.files.archive import Archive, Member
from aftermerge.errors import DataError, Place, nearest
from aftermerge.outside.http.reading import text

__all__ = ["Day", "Export"]

_LISTS = ("channels.json", "groups.json")


@dataclass(frozen=True, slots=True)
class Day:
    """A day's messages as they stand; or why there are none."""

    file: str
    records: Sequence[object]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """A zip or a folder. `top` is the folder in it that holds all the rest; mostly there is none."""

    archive: Archive
    top: str

    @classmethod
    def at(cls, path: Path) -> "Export":
        """
        Raises:
            DataError: it is missing, damaged or tricked, or no export of Slack's.
        """
        archive = Archive(path)
        found = [name for name in archive.names() if name.rpartition("/")[2] == _LISTS[0]]
        if not found:
            then = "give the zip that Slack made, or the folder that it unpacks to"
            raise DataError("there is no channels.json in it", where=Place(str(path)), then=then)
        return cls(archive, min(found, key=len).removesuffix(_LISTS[0]))

    def users(self) -> Sequence[Mapping[str, object]]:
        return self._list("users.json")

    def channels(self) -> Mapping[str, str]:
        """The id of each channel by its name."""
        rows = [row for name in _LISTS for row in self._list(name)]
        named = ((text(row, "name"), text(row, "id")) for row in rows)
        return {name: identifier or name for name, identifier in named if name}

    def channel_id(self, name: str) -> str:
        """
        Raises:
            DataError: there is no such channel in it.
        """
        known = self.channels()
        if name not in known:
            what = f"there is no channel `{name}` in the export"
            raise DataError(what, where=Place(str(self.archive.path)), then=nearest(name, tuple(known)))
        return known[name]

    def days(self, channel: str) -> Iterator[Day]:
        folder = f"{self.top}{channel}/"
        for member in self.archive.read(lambda name: name.startswith(folder) and name.endswith(".json")):
            yield _day(member)

    def _list(self, name: str) -> Sequence[Mapping[str, object]]:
        for member in self.archive.read(lambda found: found == f"{self.top}{name}"):
            return [row for row in _day(member).records if isinstance(row, dict)]
        return []


def _day(member: Member) -> Day:
    if member.content is None:
        return Day(member.name, (), "the file is too large")
    try:
        records = json.loads(member.content.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return Day(member.name, (), "not JSON")
    return Day(member.name, records) if isinstance(records, list) else Day(member.name, (), "not a list of messages")
