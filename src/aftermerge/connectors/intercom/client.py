"""The connector: an Intercom workspace's conversations in the order of their changes, each with its parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aftermerge.connectors.cursors.since import Since, cursor_of, read_cursor, read_since
from aftermerge.connectors.intercom.config import IntercomConfig, read_config
from aftermerge.connectors.intercom.convert import Account, account_in, heard, opener
from aftermerge.connectors.told.item import Item, NotHeard, batch_of
from aftermerge.model.batch import Batch
from aftermerge.outside.http import Api, Http
from aftermerge.outside.http.reading import at, moment, reference, rows, table, text, whole
from aftermerge.outside.intercom import intercom_api
from aftermerge.outside.keys import Keys
from aftermerge.ports import SourceContext

__all__ = ["IntercomSource", "connect"]

_PAGE_CONVERSATIONS = 50
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class IntercomSource:
    """One Intercom workspace as a source."""

    name: str
    config: IntercomConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """The conversations that changed after the cursor, a batch for each page of the search.

        Raises:
            SettingsError: the token is missing, has expired or may not read conversations.
            OutsideError: Intercom does not answer.
        """
        self.config.token.needed(self.api.service)
        since = read_since(read_cursor(cursor, self._settings).get("conversations"), self.config.since)
        with self.api.open() as http:
            yield from self._pages(_Reader(http, self.name, self.config.app_url), since)

    def _pages(self, reader: "_Reader", since: Since) -> Iterator[Batch]:
        done = 0
        for page in reader.pages(since.asked_from):
            changed = [_version(row) for row in rows(page, "conversations")]
            new = [(ref, time) for ref, time in changed if ref and time and since.is_new(ref, time)]
            done += len(changed)
            since = since.after(new)
            if new:
                items = list(reader.items([ref for ref, _ in new]))
                state = cursor_of({"conversations": since.saved()}, self._settings)
                yield batch_of(items, state, done=done, total=whole(page, "total_count"))

    @property
    def _settings(self) -> tuple[str, datetime | None]:
        return self.config.base_url, self.config.since


@dataclass(slots=True)
class _Reader:
    """One pull's questions. Contacts and companies are asked for once."""

    http: Http
    source: str
    app_url: str
    accounts: dict[str, Account | None] = field(default_factory=dict)
    contacts: dict[str, Mapping[str, object]] = field(default_factory=dict)
    site: str | None = None

    def pages(self, start: datetime | None) -> Iterator[object]:
        """The found conversations without their parts, in the order of their changes."""
        # The operators are `<` and `>` alone, and times are whole seconds.
        changed = {"field": "updated_at", "operator": ">", "value": int((start or _BEGINNING).timestamp()) - 1}
        pagination: dict[str, object] = {"per_page": _PAGE_CONVERSATIONS}
        asked = {"query": changed, "sort": {"field": "updated_at", "order": "ascending"}, "pagination": pagination}
        while True:
            page = self.http.post("/conversations/search", asked, what="conversations").body
            yield page
            after = text(page, "pages", "next", "starting_after")
            if after is None or after == pagination.get("starting_after"):
                return
            pagination["starting_after"] = after

    def items(self, refs: Sequence[str]) -> Iterator[Item]:
        for ref in refs:
            made = self._heard(ref)
            if not isinstance(made, NotHeard):
                yield made

    def _heard(self, ref: str) -> Item | NotHeard:
        answer = self.http.find(f"/conversations/{ref}", what=f"conversation {ref}")
        if answer is None:
            return NotHeard("the conversation was deleted")
        conversation = table(answer.body)
        contact = self._contact(reference(opener(conversation), "id"))
        known = {**conversation, "user": {**contact, **opener(conversation)}}
        return heard(known, self._account(account_in(contact)), self.source, self._site())

    def _contact(self, ref: str | None) -> Mapping[str, object]:
        """Who opened it; empty where the contact is gone or was merged into another."""
        if ref is None:
            return {}
        if ref not in self.contacts:
            answer = self.http.find(f"/contacts/{ref}", what=f"contact {ref}")
            self.contacts[ref] = table(answer.body) if answer else {}
        return self.contacts[ref]

    def _account(self, ref: str | None) -> Account | None:
        if ref is None:
            return None
        if ref not in self.accounts:
            answer = self.http.find(f"/companies/{ref}", what=f"company {ref}")
            self.accounts[ref] = Account(ref, _spend(answer.body) if answer else None)
        return self.accounts[ref]

    def _site(self) -> str | None:
        """The address before a conversation's id."""
        if self.site is None:
            workspace = text(self.http.get("/me", what="workspace").body, "app", "id_code")
            self.site = f"{self.app_url}/a/inbox/{workspace}/inbox/conversation" if workspace else ""
        return self.site or None


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> IntercomSource:
    """The source of a `[[source]]` table of kind intercom.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    return IntercomSource(name, read, intercom_api(Keys(name, config), context.environ))


def _version(row: Mapping[str, object]) -> tuple[str | None, datetime | None]:
    return reference(row, "id"), moment(row, "updated_at") or moment(row, "created_at")


def _spend(company: object) -> float | None:
    """What the company pays a month."""
    spend = at(company, "monthly_spend")
    return float(spend) if isinstance(spend, int | float) and not isinstance(spend, bool) and spend > 0 else None
