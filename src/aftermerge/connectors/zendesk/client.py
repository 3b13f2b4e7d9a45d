"""The connector: a Zendesk's tickets by the incremental export, and the comments of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aftermerge.connectors.cursors.since import cursor_of, read_cursor
from aftermerge.connectors.told.item import Item, NotHeard, batch_of
from aftermerge.connectors.zendesk.config import ZendeskConfig, read_config
from aftermerge.connectors.zendesk.convert import People, TicketComment, heard, people_of
from aftermerge.model.batch import Batch
from aftermerge.outside.http import Api, Http
from aftermerge.outside.http.reading import boolean, reference, rows, text
from aftermerge.outside.keys import Keys
from aftermerge.outside.zendesk import zendesk_api
from aftermerge.ports import SourceContext

__all__ = ["ZendeskSource", "connect"]

_TICKETS = "/api/v2/incremental/tickets/cursor.json"
_PAGE_TICKETS = 100
"""Each ticket's comments are a question of their own: a page is what is read again when a pull is cut off."""
_PAGE_COMMENTS = 100
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ZendeskSource:
    """One Zendesk as a source."""

    name: str
    config: ZendeskConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """The tickets that changed after the cursor, a batch for each page of the export.

        Raises:
            SettingsError: the token is missing, has expired or may not export.
            OutsideError: Zendesk does not answer.
        """
        self.config.token.needed(self.api.service)
        after = text(read_cursor(cursor, self._settings), "after")
        with self.api.open() as http:
            yield from self._pages(http, after)

    def _pages(self, http: Http, after: str | None) -> Iterator[Batch]:
        while True:
            page, before = http.get(_TICKETS, self._asked(after), what="export of its tickets").body, after
            after = text(page, "after_cursor") or after
            tickets = rows(page, "tickets")
            if tickets and after:
                items = list(self._items(http, tickets, people_of(rows(page, "users"))))
                yield batch_of(items, cursor_of({"after": after}, self._settings))
            if boolean(page, "end_of_stream") or not tickets or after == before:
                return

    def _asked(self, after: str | None) -> Mapping[str, str | int | None]:
        start = int((self.config.since or _BEGINNING).timestamp())
        place: Mapping[str, str | int | None] = {"cursor": after} if after else {"start_time": start}
        return {**place, "per_page": _PAGE_TICKETS, "include": "users,organizations"}

    def _items(self, http: Http, tickets: Sequence[Mapping[str, object]], people: People) -> Iterator[Item]:
        for ticket in tickets:
            made = self._heard(http, ticket, people)
            if not isinstance(made, NotHeard):
                yield made

    def _heard(self, http: Http, ticket: Mapping[str, object], people: People) -> Item | NotHeard:
        if text(ticket, "status") == "deleted":
            return NotHeard("the ticket was deleted")
        comments: list[TicketComment] = []
        known = dict(people)
        for page in self._comment_pages(http, reference(ticket, "id")):
            comments += rows(page, "comments")
            known.update(people_of(rows(page, "users")))
        return heard(ticket, comments, known, self.name, self.config.base_url)

    def _comment_pages(self, http: Http, ticket: str | None) -> Iterator[object]:
        """A ticket's comments, oldest first; none where the ticket is gone since it was listed."""
        path, after, more = f"/api/v2/tickets/{ticket}/comments.json", None, ticket is not None
        while more:
            asked = {"page[size]": _PAGE_COMMENTS, "page[after]": after, "include": "users"}
            answer = http.find(path, asked, what=f"comments of ticket {ticket}")
            if answer is None:
                return
            yield answer.body
            after = text(answer.body, "meta", "after_cursor")
            more = boolean(answer.body, "meta", "has_more") and after is not None

    @property
    def _settings(self) -> tuple[str, datetime | None]:
        return self.config.base_url, self.config.since


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> ZendeskSource:
    """The source of a `[[source]]` table of kind zendesk.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    return ZendeskSource(name, read, zendesk_api(Keys(name, config), context.environ))
