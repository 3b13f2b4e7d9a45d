"""Bets and metrics: what the workspace's own files say."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, select

from aftermerge.errors import BetError, Place
from aftermerge.ledger.tables.bet import bet, metric
from aftermerge.ledger.tables.shelf import Key, Record, Shelf, difference
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.bet import Bet
from aftermerge.model.metric import Metric
from aftermerge.ports import Stored

_BETS = Shelf(bet, ("slug",))
_METRICS = Shelf(metric, ("name",))


def store_bets(connection: Connection, connector: str, rows: Sequence[Bet], *, whole: bool) -> Stored:
    """`whole`: bets of this connector that are not among the rows are gone.

    Raises:
        BetError: two files claim one slug.
    """
    refuse_twins(rows)
    wanted = _BETS.by_key({"connector": connector, **record(storable(row))} for row in rows)
    return _store(connection, _BETS, connector, wanted, whole=whole)


def store_metrics(connection: Connection, connector: str, rows: Sequence[Metric], *, whole: bool) -> Stored:
    """`whole`: metrics of this connector that are not among the rows are gone."""
    wanted = _METRICS.by_key({"connector": connector, **record(storable(row))} for row in rows)
    return _store(connection, _METRICS, connector, wanted, whole=whole)


def read_bets(connection: Connection) -> Sequence[Bet]:
    """By slug."""
    rows = connection.execute(select(bet).order_by(bet.c.slug)).mappings()
    return [Bet(**{name: value for name, value in row.items() if name != "connector"}) for row in rows]


def read_metrics(connection: Connection) -> Sequence[Metric]:
    """By name."""
    rows = connection.execute(select(metric).order_by(metric.c.name)).mappings()
    return [Metric(**{name: value for name, value in row.items() if name != "connector"}) for row in rows]


def refuse_twins(rows: Sequence[Bet]) -> None:
    """
    Raises:
        BetError: two files claim one slug.
    """
    file_of: dict[str, str] = {}
    for row in rows:
        first = file_of.setdefault(row.slug, row.file)
        if first != row.file:
            raise BetError(
                f"the bet `{row.slug}` is already claimed by {first}",
                where=Place(row.file),
                then="give one of the two another `bet:`",
            )


def _store(
    connection: Connection, shelf: Shelf, connector: str, wanted: Mapping[Key, Record], *, whole: bool
) -> Stored:
    known = shelf.by_key(dict(row) for row in connection.execute(select(shelf.table)).mappings())
    found = difference(wanted, known)
    gone = [key for key, row in known.items() if whole and row["connector"] == connector and key not in wanted]
    shelf.delete(connection, gone)
    shelf.insert(connection, found.new)
    shelf.update(connection, found.changed)
    return found.stored + Stored(gone=len(gone))
