"""The ledger in SQL: each method opens one transaction and hands it to the room that knows the tables."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType

from aftermerge.ledger import journal, sources, store
from aftermerge.ledger.bet import claims, frozen
from aftermerge.ledger.journal import Deed, JournalEntry
from aftermerge.ledger.leases import lease
from aftermerge.ledger.leases.heartbeat import heartbeat
from aftermerge.ledger.measure.readouts import read_readouts, replace_readouts
from aftermerge.ledger.ship import changes, pull_requests
from aftermerge.ledger.ship.links import link_by_hand, read_links, replace_links
from aftermerge.ledger.sql_keep import SqlKeep
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.metric import Metric
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.readout import Readout
from aftermerge.ports import Stored

_BEATS_IN_A_TERM = 4


class SqlLedger(SqlKeep):
    """Fits `ports.Ledger`. Made by `open_ledger`."""

    @property
    def url(self) -> str:
        """Where it stands, without a password."""
        return self.database.url

    def cursor(self, source: str) -> str | None:
        with self.database.reading() as connection:
            return store.cursor(connection, source)

    def store(self, source: str, batch: Batch) -> Stored:
        with self.database.writing() as connection:
            stored = store.store(connection, source, batch)
            if stored != Stored():
                self.note(connection, store.deed("store", source, stored))
            return stored

    def sources(self) -> Sequence[str]:
        with self.database.reading() as connection:
            return sources.names(connection)

    def drop_sources(self, names: Collection[str]) -> Stored:
        with self.database.writing() as connection:
            stored = sources.drop(connection, names)
            if names:
                self.note(connection, store.deed("drop", ", ".join(sorted(names)), stored))
            return stored

    def changes(self) -> Sequence[Change]:
        with self.database.reading() as connection:
            return changes.read_changes(connection)

    def releases(self) -> Sequence[Release]:
        with self.database.reading() as connection:
            return changes.read_releases(connection)

    def bets(self) -> Sequence[Bet]:
        with self.database.reading() as connection:
            return claims.read_bets(connection)

    def metrics(self) -> Sequence[Metric]:
        with self.database.reading() as connection:
            return claims.read_metrics(connection)

    def links(self) -> Sequence[Link]:
        with self.database.reading() as connection:
            return read_links(connection)

    def replace_links(self, links: Sequence[Link]) -> Stored:
        with self.database.writing() as connection:
            stored = replace_links(connection, links)
            if stored != Stored():
                self.note(connection, store.deed("link", "changes", stored))
            return stored

    def pull_requests(self) -> Sequence[PullRequest]:
        with self.database.reading() as connection:
            return pull_requests.read(connection)

    def link_by_hand(self, change: str, bets: Sequence[str]) -> Stored:
        with self.database.writing() as connection:
            stored = link_by_hand(connection, change, bets)
            self.note(connection, Deed("link", change, {"bets": list(bets)}))
            return stored

    def frozen_claims(self) -> Sequence[FrozenClaim]:
        with self.database.reading() as connection:
            return frozen.read(connection)

    def freeze(self, claims: Sequence[FrozenClaim]) -> int:
        with self.database.writing() as connection:
            known = {claim.bet for claim in frozen.read(connection)}
            count = frozen.freeze(connection, claims)
            for claim in claims:
                if claim.bet not in known:
                    self.note(connection, Deed("freeze", claim.bet, {"digest": claim.digest, "commit": claim.commit}))
            return count

    def readouts(self) -> tuple[datetime | None, Sequence[Readout]]:
        with self.database.reading() as connection:
            return read_readouts(connection)

    def replace_readouts(self, as_of: datetime, readouts: Sequence[Readout]) -> None:
        with self.database.writing() as connection:
            replace_readouts(connection, as_of, readouts)

    @contextmanager
    def lease(self, name: str, now: datetime, seconds: float) -> Iterator[None]:
        term, begun = timedelta(seconds=seconds), self._clock()
        with self.database.writing() as connection:
            token = lease.take(connection, name, now, now + term)

        def renew() -> None:
            until = now + (self._clock() - begun) + term
            with self.database.writing() as connection:
                lease.renew(connection, name, token, until)

        try:
            with heartbeat(renew, seconds / _BEATS_IN_A_TERM):
                yield
        finally:
            with self.database.writing() as connection:
                lease.give_back(connection, name, token)

    def journal(self) -> Sequence[JournalEntry]:
        """Who did what when, oldest first."""
        with self.database.reading() as connection:
            return journal.entries(connection)

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> "SqlLedger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
