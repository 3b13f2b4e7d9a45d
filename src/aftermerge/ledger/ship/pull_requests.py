"""The pull requests that were merged."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from aftermerge.ledger.tables.shelf import Shelf, difference
from aftermerge.ledger.tables.ship import pull_request
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.model.pull_request import PullRequest
from aftermerge.ports import Stored

_SHELF = Shelf(pull_request, ("source", "repository", "number"))


def store(connection: Connection, rows: Sequence[PullRequest]) -> Stored:
    if not rows:
        return Stored()
    wanted = _SHELF.by_key(record(storable(row)) for row in rows)
    query = select(pull_request).where(pull_request.c.source.in_({row.source for row in rows}))
    known = _SHELF.by_key(dict(row) for row in connection.execute(query).mappings())
    found = difference(wanted, known)
    _SHELF.insert(connection, found.new)
    _SHELF.update(connection, found.changed)
    return found.stored


def read(connection: Connection) -> Sequence[PullRequest]:
    """Oldest first."""
    columns = pull_request.c
    query = select(pull_request).order_by(columns.merged_at, columns.source, columns.repository, columns.number)
    return [PullRequest(**row) for row in connection.execute(query).mappings()]
