"""The connector: a Slack export as feedback."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aftermerge.connectors.cursors.whole import is_read, read_whole
from aftermerge.connectors.files.fingerprint import fingerprint
from aftermerge.connectors.files.rejects import RejectedFile
from aftermerge.connectors.slack_export.config import SlackExportConfig, read_config
from aftermerge.connectors.slack_export.convert import Message, heard_in_channel, message
from aftermerge.connectors.slack_export.people import People, read_people
from aftermerge.connectors.slack_export.reading import Day, Export
from aftermerge.connectors.told.item import Item, NotHeard, batch_of
from aftermerge.model.batch import Batch, Rejected
from aftermerge.ports import SourceContext

__all__ = ["SlackExport", "connect"]

_READING = "slack_export 1"
_RAW_CHARACTERS = 2_000
_MESSAGE_CHARACTERS = 10 * 10**6


@dataclass(frozen=True, slots=True)
class SlackExport:
    """Read again, and whole, when the export or its configuration has changed."""

    name: str
    config: SlackExportConfig
    context: SourceContext
    unheard: Counter[str] = field(default_factory=Counter)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """A batch a channel; nothing when it was read and is the same.

        Raises:
            DataError: the export is missing, damaged or tricked, or has not the channels that are named.
            OutsideError: the list of rejected messages can't be written.
        """
        export = Export.at(self.context.root / self.config.path)
        now = fingerprint(export.archive.path, f"{_READING}{self.config!r}")
        if is_read(cursor, now):
            return
        channels = [(name, export.channel_id(name)) for name in self.config.channels]
        people = read_people(export.users(), self.config.team)
        with RejectedFile(self.context.rejected, self.name, self.config.path) as rejects:
            for place, (channel, identifier) in enumerate(channels, 1):
                rejected: list[Rejected] = []
                items = list(self._items(export, channel, identifier, people, rejected))
                for row in rejected:
                    rejects.add(row)
                is_last = place == len(channels)
                if is_last:
                    rejects.finish()
                come = read_whole(now) if is_last else "{}"
                yield batch_of(items, come, rejected=rejected, done=place, total=len(channels))

    def _items(
        self, export: Export, channel: str, identifier: str, people: People, rejected: list[Rejected]
    ) -> Iterator[Item]:
        messages = [said for day in export.days(channel) for said in self._messages(day, rejected)]
        for heard in heard_in_channel(messages, identifier, people, self.name):
            if isinstance(heard, NotHeard):
                self.unheard[heard.reason] += 1
            else:
                yield heard

    def _messages(self, day: Day, rejected: list[Rejected]) -> Iterator[Message]:
        if day.reason:
            rejected.append(Rejected(day.file, 1, None, day.reason, ""))
        for place, record in enumerate(day.records, 1):
            try:
                said = message(record) if isinstance(record, dict) else None
            except ValueError:
                said = None
            if isinstance(said, NotHeard):
                self.unheard[said.reason] += 1
            elif said is None or len(said.words) > _MESSAGE_CHARACTERS:
                reason = "no message with a time" if said is None else "the message is too long"
                raw = json.dumps(record, ensure_ascii=False)[:_RAW_CHARACTERS]
                rejected.append(Rejected(day.file, place, None, reason, raw.encode("utf-8", "replace").decode()))
            else:
                yield said


def connect(given: Mapping[str, object], context: SourceContext, name: str) -> SlackExport:
    """The connector's entry point.

    Raises:
        SettingsError: the configuration can't be used.
    """
    return SlackExport(name, read_config(given, name), context)
