"""A ledger in plain dicts: as `ports.Ledger` says, for tests of everything above it."""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from aftermerge.errors import BetError, LeaseTakenError, Place, UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.customer import Forgotten, Tombstone, digest_of
from aftermerge.model.feedback import Ask
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.kept import unit_name
from aftermerge.model.metric import Metric
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.readout import Readout
from aftermerge.ports import Stored
from support.memory_hear import MemoryHear, anonymous
from support.memory_kept import MemoryKept
from support.memory_told import MemoryTold

Row = TypeVar("Row")


class MemoryLedger(MemoryHear, MemoryTold, MemoryKept):
    """Fits `ports.Ledger` and forgets everything when it goes."""

    def __init__(self) -> None:
        MemoryHear.__init__(self)
        MemoryTold.__init__(self)
        MemoryKept.__init__(self)
        self._cursors: dict[str, str] = {}
        self._changes: dict[Hashable, Change] = {}
        self._releases: dict[Hashable, Release] = {}
        self._bets: dict[Hashable, tuple[str, Bet]] = {}
        self._metrics: dict[Hashable, tuple[str, Metric]] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self._linked_by_hand: set[str] = set()
        self._pull_requests: dict[Hashable, PullRequest] = {}
        self._frozen: dict[str, FrozenClaim] = {}
        self._readouts: tuple[datetime | None, tuple[Readout, ...]] = (None, ())
        self._leases: dict[str, datetime] = {}

    def forget(self, customer: str) -> Forgotten:
        said = [(row, anonymous(row)) for row in self.feedback() if row.asker == customer]
        forgotten = super().forget(customer)
        self._forget_told(customer, {old: new for a, b in said for old, new in ((a.id, b.id), (a.asker, b.asker))})
        return forgotten

    def bar_units(self, units: Collection[str]) -> None:
        for digest in map(digest_of, map(unit_name, units)):
            self._tombstones.setdefault(digest, Tombstone(digest, datetime.now(UTC)))

    def asks(self) -> Sequence[Ask]:
        unwanted = self.opted_out()
        return [
            replace(ask, may_contact=ask.may_contact and digest_of(ask.asker) not in unwanted) for ask in super().asks()
        ]

    def cursor(self, source: str) -> str | None:
        return self._cursors.get(source)

    def store(self, source: str, batch: Batch) -> Stored:
        _refuse_twins(batch.bets)
        stored = (
            self._hear(batch)
            + _put(self._changes, batch.changes, lambda row: (row.source, row.id))
            + _put(self._releases, batch.releases, lambda row: (row.source, row.id))
            + _put(self._pull_requests, batch.pull_requests, lambda row: (row.source, row.repository, row.number))
            + _put(self._bets, [(source, row) for row in batch.bets], lambda row: row[1].slug)
            + _put(self._metrics, [(source, row) for row in batch.metrics], lambda row: row[1].name)
            + self._leave_out(source, batch)
        )
        self._cursors[source] = batch.cursor
        return stored

    def sources(self) -> Sequence[str]:
        return sorted(self._cursors)

    def drop_sources(self, names: Collection[str]) -> Stored:
        before = {row.id for row in self._changes.values()}
        gone = (
            self._drop_heard(names)
            + _drop(self._changes, lambda row: row.source in names)
            + _drop(self._releases, lambda row: row.source in names)
            + _drop(self._pull_requests, lambda row: row.source in names)
        )
        dropped = before - {row.id for row in self._changes.values()}
        kept = {key: link for key, link in self._links.items() if link.rule == "hand" or link.change not in dropped}
        gone += len(self._links) - len(kept)
        self._links = kept
        self._cursors = {name: cursor for name, cursor in self._cursors.items() if name not in names}
        return Stored(gone=gone)

    def changes(self) -> Sequence[Change]:
        return sorted(self._changes.values(), key=lambda row: (row.merged_at, row.source, row.id))

    def releases(self) -> Sequence[Release]:
        return sorted(self._releases.values(), key=lambda row: (row.released_at, row.source, row.id))

    def bets(self) -> Sequence[Bet]:
        return sorted((bet for _, bet in self._bets.values()), key=lambda bet: bet.slug)

    def metrics(self) -> Sequence[Metric]:
        return sorted((metric for _, metric in self._metrics.values()), key=lambda metric: metric.name)

    def links(self) -> Sequence[Link]:
        return sorted(self._links.values(), key=lambda link: (link.change, link.bet))

    def replace_links(self, links: Sequence[Link]) -> Stored:
        before = dict(self._links)
        self._links = {key: link for key, link in before.items() if link.rule == "hand"}
        for link in links:
            if link.change not in self._linked_by_hand:
                self._links.setdefault((link.change, link.bet), link)
        return Stored(
            new=len(self._links.keys() - before.keys()),
            changed=sum(before[key] != self._links[key] for key in before.keys() & self._links.keys()),
            gone=len(before.keys() - self._links.keys()),
        )

    def pull_requests(self) -> Sequence[PullRequest]:
        return sorted(
            self._pull_requests.values(), key=lambda row: (row.merged_at, row.source, row.repository, row.number)
        )

    def link_by_hand(self, change: str, bets: Sequence[str]) -> Stored:
        known = {bet.slug for bet in self.bets()} | {row.id for row in self._changes.values()}
        for identifier in (change, *bets):
            if identifier not in known:
                raise UnknownIdError(f"`{identifier}` names no change or bet")
        self._linked_by_hand.add(change)
        before = {key: link for key, link in self._links.items() if key[0] == change}
        after = {(change, slug): Link(change, slug, "hand") for slug in bets}
        self._links = {key: link for key, link in self._links.items() if key not in before} | after
        return Stored(
            new=len(after.keys() - before.keys()),
            changed=sum(before[key] != after[key] for key in before.keys() & after.keys()),
            gone=len(before.keys() - after.keys()),
        )

    def frozen_claims(self) -> Sequence[FrozenClaim]:
        return sorted(self._frozen.values(), key=lambda claim: claim.bet)

    def freeze(self, claims: Sequence[FrozenClaim]) -> int:
        new = {claim.bet: claim for claim in reversed(claims) if claim.bet not in self._frozen}
        self._frozen |= new
        return len(new)

    def readouts(self) -> tuple[datetime | None, Sequence[Readout]]:
        return self._readouts

    def replace_readouts(self, as_of: datetime, readouts: Sequence[Readout]) -> None:
        self._readouts = as_of, tuple(readouts)

    @contextmanager
    def lease(self, name: str, now: datetime, seconds: float) -> Iterator[None]:
        held_until = self._leases.get(name)
        if held_until is not None and held_until > now:
            raise LeaseTakenError(f"`{name}` is held until {held_until}")
        mine = self._leases[name] = now + timedelta(seconds=seconds)
        try:
            yield
        finally:
            if self._leases.get(name) is mine:
                del self._leases[name]

    def _leave_out(self, source: str, batch: Batch) -> Stored:
        gone = 0
        if batch.restart:
            ids = {row.id for row in batch.changes if row.source == source}
            gone += _drop(self._changes, lambda row: row.source == source and row.id not in ids)
        if batch.restart or "releases" in batch.whole:
            kept = {(row.source, row.id) for row in batch.releases}
            gone += _drop(self._releases, lambda row: row.source == source and (row.source, row.id) not in kept)
        if "bets" in batch.whole:
            slugs = {row.slug for row in batch.bets}
            gone += _drop(self._bets, lambda row: row[0] == source and row[1].slug not in slugs)
        if "metrics" in batch.whole:
            names = {row.name for row in batch.metrics}
            gone += _drop(self._metrics, lambda row: row[0] == source and row[1].name not in names)
        return Stored(gone=gone)


def _put(shelf: dict[Hashable, Row], rows: Iterable[Row], key_of: Callable[[Row], Hashable]) -> Stored:
    wanted = {key_of(row): row for row in rows}
    new = sum(key not in shelf for key in wanted)
    changed = sum(key in shelf and shelf[key] != row for key, row in wanted.items())
    shelf.update(wanted)
    return Stored(new=new, changed=changed)


def _drop(shelf: dict[Hashable, Row], is_gone: Callable[[Row], bool]) -> int:
    gone = [key for key, row in shelf.items() if is_gone(row)]
    for key in gone:
        del shelf[key]
    return len(gone)


def _refuse_twins(bets: Sequence[Bet]) -> None:
    files: dict[str, str] = {}
    for bet in bets:
        if files.setdefault(bet.slug, bet.file) != bet.file:
            raise BetError(f"the bet `{bet.slug}` is already claimed by {files[bet.slug]}", where=Place(bet.file))
