"""The connector: a Linear workspace's requests, issues and comments, in the order of their changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.since import Since, cursor_of, read_cursor, read_since
from aftermerge.connectors.linear.config import LinearConfig, read_config
from aftermerge.connectors.linear.convert import HEARD
from aftermerge.connectors.linear.queries import STREAMS, Stream
from aftermerge.connectors.told.item import Item, batch_of
from aftermerge.model.batch import Batch
from aftermerge.outside.http import Api, Http, Token
from aftermerge.outside.http.reading import boolean, moment, reference, rows, text
from aftermerge.ports import SourceContext

__all__ = ["LinearSource", "connect"]

_PAGE_RECORDS = 50


@dataclass(frozen=True, slots=True)
class LinearSource:
    """One Linear workspace as a source."""

    name: str
    config: LinearConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """What changed after the cursor, kind by kind, a batch for each page.

        Raises:
            SettingsError: the token is missing, has expired or may not read this.
            OutsideError: Linear does not answer.
        """
        self.config.token.needed(self.api.service)
        saved = read_cursor(cursor, self._settings)
        reached = {name: read_since(saved.get(name), self.config.since) for name in self.config.read}
        with self.api.open() as http:
            for name in self.config.read:
                for items, since in self._pages(http, name, reached[name]):
                    reached[name] = since
                    state = {stream: to.saved() for stream, to in reached.items()}
                    yield batch_of(items, cursor_of(state, self._settings))

    def _pages(self, http: Http, name: str, since: Since) -> Iterator[tuple[Sequence[Item], Since]]:
        """What was said in each page that has something new, and how far the stream is with it."""
        for page in _changed(http, STREAMS[name], since.asked_from):
            new = [(record, *version) for record in page if (version := _version(record)) and since.is_new(*version)]
            since = since.after((ref, time) for _, ref, time in new)
            if new:
                made = (HEARD[name](record, self.name) for record, _, _ in reversed(new))
                yield [item for item in made if isinstance(item, Item)], since

    @property
    def _settings(self) -> tuple[str, tuple[str, ...], datetime | None]:
        return self.config.base_url, self.config.read, self.config.since


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> LinearSource:
    """The source of a `[[source]]` table of kind linear.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    return LinearSource(name, read, Api("Linear", read.base_url, read.token, _shown(read.token)))


def _shown(token: Token) -> dict[str, str]:
    """A personal key stands alone in its header, an OAuth token does not."""
    is_personal = token.value is not None and token.value.startswith("lin_api_")
    return {"Authorization": token.value} if is_personal and token.value else token.bearer()


def _changed(http: Http, stream: Stream, start: datetime | None) -> Iterator[Sequence[Mapping[str, object]]]:
    """Pages from the oldest change to the latest; within a page the latest comes first."""
    changed = {"updatedAt": {"gte": start.isoformat()}} if start else {}
    before: str | None = None
    while True:
        asked = {"filter": {**changed, **dict(stream.only)}, "last": _PAGE_RECORDS, "before": before}
        page = http.graphql("/graphql", stream.query, asked, what=stream.what).body
        yield rows(page, "changed", "nodes")
        before, last = text(page, "changed", "pageInfo", "startCursor"), before
        if before in (None, last) or not boolean(page, "changed", "pageInfo", "hasPreviousPage"):
            return


def _version(record: Mapping[str, object]) -> tuple[str, datetime] | None:
    ref, time = reference(record, "id"), moment(record, "updatedAt")
    return (ref, time) if ref and time else None
