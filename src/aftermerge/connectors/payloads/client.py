"""The connector: saved bodies as feedback."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aftermerge.connectors.cursors.whole import is_read, read_whole
from aftermerge.connectors.files.fingerprint import fingerprint
from aftermerge.connectors.files.rejects import RejectedFile
from aftermerge.connectors.payloads.bodies import Body, Unreadable, bodies
from aftermerge.connectors.payloads.config import PayloadsConfig, read_config
from aftermerge.connectors.payloads.gather import gathered
from aftermerge.connectors.payloads.senders import OTHERS, UNMARKED, are_mixed
from aftermerge.connectors.payloads.tools import TIMELESS, HeardIn, load, tool_of
from aftermerge.connectors.told.item import Item, NotHeard, batch_of
from aftermerge.errors import AftermergeError
from aftermerge.model.batch import Batch, Rejected
from aftermerge.ports import SourceContext

__all__ = ["PayloadsSource", "connect"]

_READING = "payloads 1"


@dataclass(frozen=True, slots=True)
class PayloadsSource:
    """Read again, and whole, when a file has changed. `unheard` counts the bodies in which no customer speaks."""

    name: str
    config: PayloadsConfig
    context: SourceContext
    heard_in: HeardIn
    unheard: Counter[str] = field(default_factory=Counter)

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """One batch with all that is heard; nothing when it was read and is the same.

        Raises:
            DataError: the path is missing or damaged, or expands too far.
            OutsideError: the list of rejected bodies can't be written.
        """
        now = fingerprint(self._path, f"{_READING}{self.config!r}") if self._path.exists() else ""
        if now and is_read(cursor, now):
            return
        with RejectedFile(self.context.rejected, self.name, self.config.path) as rejects:
            rejected: list[Rejected] = []
            items = gathered(self._items(rejected))
            for row in rejected:
                rejects.add(row)
            rejects.finish()
            yield batch_of(items, read_whole(now), rejected=rejected, done=len(items), total=len(items))

    @property
    def _path(self) -> Path:
        return self.context.root / self.config.path

    def _items(self, rejected: list[Rejected]) -> Iterator[Item]:
        found = list(bodies(self._path))
        mixed = are_mixed(found, self.config.tool)
        for body in found:
            if isinstance(body, Unreadable):
                rejected.append(Rejected(body.file, body.place, None, body.reason, body.raw))
                continue
            try:
                yield from self._heard(body, mixed)
            except (AftermergeError, ValueError, TypeError, LookupError, AttributeError) as error:
                # A room reads what strangers sent: one body that it can't cope with costs itself alone.
                reason = f"a body of {self.config.tool} that can't be read: {type(error).__name__}"
                rejected.append(Rejected(body.file, body.place, None, reason, ""))

    def _heard(self, body: Body, mixed: bool) -> Iterator[Item]:
        """A body without marks is taken for the tool's own where no other tool's are beside it."""
        sender = tool_of(body.content) or (None if mixed else self.config.tool)
        if sender != self.config.tool:
            self.unheard[OTHERS if sender else UNMARKED] += 1
            return
        late = {"received_at": body.saved_at.isoformat()} if self.config.tool in TIMELESS else {}
        content = {**late, **body.content}
        for heard in self.heard_in(content, self.name):
            if isinstance(heard, NotHeard):
                self.unheard[heard.reason] += 1
            else:
                yield heard


def connect(given: Mapping[str, object], context: SourceContext, name: str) -> PayloadsSource:
    """The connector's entry point.

    Raises:
        SettingsError: the configuration can't be used.
    """
    config = read_config(given, name)
    return PayloadsSource(name, config, context, load(config.tool))
