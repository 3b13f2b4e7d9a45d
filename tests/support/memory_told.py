"""What was told and learned, in plain dicts: the part of `MemoryLedger` that fits `ports.Tells` and `ports.Learns`."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from aftermerge.errors import InputError
from aftermerge.model.customer import digest_of
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.thanks import OwnName, Thanks

Row = TypeVar("Row")
_GONE = "forgotten"


class MemoryTold:
    def __init__(self) -> None:
        self._messages: dict[Hashable, Message] = {}
        self._confirmations: dict[Hashable, Confirmation] = {}
        self._opted_out: set[str] = set()
        self._notices: dict[Hashable, Notice] = {}
        self._milestones: dict[Hashable, Milestone] = {}
        self._thanks: dict[Hashable, Thanks] = {}
        self._own_names: dict[Hashable, OwnName] = {}

    def messages(self) -> Sequence[Message]:
        return sorted(self._messages.values(), key=lambda row: (row.bet, row.asker, row.kind))

    def replace_message(self, before: Message | None, after: Message) -> bool:
        return _swap(self._messages, (after.kind, after.bet, after.asker), before, after)

    def confirmations(self) -> Sequence[Confirmation]:
        return sorted(self._confirmations.values(), key=lambda row: (row.bet, row.asker))

    def confirm(self, confirmation: Confirmation) -> bool:
        key = (confirmation.bet, confirmation.asker)
        known = self._confirmations.get(key)
        if known is not None and known.helped == confirmation.helped:
            return False
        self._confirmations[key] = confirmation
        return True

    def opt_out(self, customer: str) -> bool:
        is_new = digest_of(customer) not in self._opted_out
        self._opted_out.add(digest_of(customer))
        return is_new

    def opted_out(self) -> Collection[str]:
        return set(self._opted_out)

    def _forget_told(self, customer: str, anonymous: Mapping[str, str]) -> None:
        """`anonymous` has the new id of each of their ids."""
        for key, row in list(self._messages.items()):
            if row.asker == customer and customer in anonymous:
                del self._messages[key]
                feedback = anonymous.get(row.feedback, row.feedback)
                gone = replace(row, asker=anonymous[customer], feedback=feedback, reference="", text="", url=None)
                gone = replace(gone, reason="") if row.state == "sent" else replace(gone, state="waived", reason=_GONE)
                self._messages[gone.kind, gone.bet, gone.asker] = gone
        for key, said in list(self._confirmations.items()):
            if said.asker == customer and customer in anonymous:
                del self._confirmations[key]
                kept = replace(said, asker=anonymous[customer], feedback=anonymous.get(said.feedback, said.feedback))
                self._confirmations[kept.bet, kept.asker] = kept

    def notices(self) -> Sequence[Notice]:
        return sorted(self._notices.values(), key=lambda row: row.name)

    def replace_notice(self, before: Notice | None, after: Notice) -> bool:
        return _swap(self._notices, after.name, before, after)

    def milestones(self) -> Sequence[Milestone]:
        return sorted(self._milestones.values(), key=lambda row: (row.bet, row.stage))

    def mark_milestones(self, milestones: Sequence[Milestone]) -> int:
        before = len(self._milestones)
        for row in milestones:
            self._milestones.setdefault((row.bet, row.stage), row)
        return len(self._milestones) - before

    def thanks(self, person: str) -> Sequence[Thanks]:
        found = [row for row in self._thanks.values() if person in (row.giver, row.receiver) or row.published_at]
        return sorted(sorted(found, key=lambda row: row.id), key=lambda row: row.given_at, reverse=True)

    def published_thanks(self) -> Sequence[Thanks]:
        found = [(row.published_at, row.id, row) for row in self._thanks.values() if row.published_at]
        return [row for _, _, row in sorted(found)]

    def replace_thanks(self, before: Thanks | None, after: Thanks | None) -> bool:
        named = after or before
        return named is None or _swap(self._thanks, named.id, before, after)

    def own_names(self, person: str) -> Sequence[OwnName]:
        found = (row for row in self._own_names.values() if row.person == person)
        return sorted(found, key=lambda row: (row.source, row.name))

    def link_own_name(self, name: OwnName) -> bool:
        known = self._own_names.get((name.source, name.name))
        if known is not None and known != name:
            raise InputError(f"somebody else said that `{name.name}` at `{name.source}` is theirs")
        self._own_names[name.source, name.name] = name
        return known is None

    def unlink_own_name(self, name: OwnName) -> bool:
        return _swap(self._own_names, (name.source, name.name), name, None)


def _swap(shelf: dict[Hashable, Row], key: Hashable, before: Row | None, after: Row | None) -> bool:
    if shelf.get(key) != before:
        return False
    if after is None:
        shelf.pop(key, None)
    else:
        shelf[key] = after
    return True
