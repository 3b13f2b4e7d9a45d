"""What the team was told, how far bets were seen to come, thanks, and names that people said are theirs."""

from collections.abc import Sequence

from sqlalchemy import Connection, or_, select

from aftermerge.errors import InputError
from aftermerge.ledger.tables.learn import milestone, notice, own_name, thanks
from aftermerge.ledger.tables.shelf import Shelf, difference
from aftermerge.ledger.tables.storable import record, storable
from aftermerge.ledger.tables.swap import swapped
from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.thanks import OwnName, Thanks

_NOTICES = Shelf(notice, ("name",))
_MILESTONES = Shelf(milestone, ("bet", "stage"))
_THANKS = Shelf(thanks, ("id",))
_OWN_NAMES = Shelf(own_name, ("source", "name"))


def notices(connection: Connection) -> Sequence[Notice]:
    """By name."""
    return [Notice(**row) for row in connection.execute(select(notice).order_by(notice.c.name)).mappings()]


def swap_notice(connection: Connection, before: Notice | None, after: Notice) -> bool:
    return swapped(connection, _NOTICES, before, after)


def milestones(connection: Connection) -> Sequence[Milestone]:
    """By bet and stage."""
    query = select(milestone).order_by(milestone.c.bet, milestone.c.stage)
    return [Milestone(**row) for row in connection.execute(query).mappings()]


def mark(connection: Connection, rows: Sequence[Milestone]) -> int:
    """The first of each bet and stage stays; of two that are given, the earlier in the list."""
    known = _MILESTONES.by_key(record(row) for row in milestones(connection))
    found = difference(_MILESTONES.by_key(record(storable(row)) for row in reversed(rows)), known)
    _MILESTONES.insert(connection, found.new)
    return len(found.new)


def thanks_of(connection: Connection, person: str) -> Sequence[Thanks]:
    """Given or received by them, or published; newest first."""
    theirs = or_(thanks.c.giver == person, thanks.c.receiver == person, thanks.c.published_at.is_not(None))
    query = select(thanks).where(theirs).order_by(thanks.c.given_at.desc(), thanks.c.id)
    return [Thanks(**row) for row in connection.execute(query).mappings()]


def published(connection: Connection) -> Sequence[Thanks]:
    """Oldest first by when they were published."""
    query = select(thanks).where(thanks.c.published_at.is_not(None)).order_by(thanks.c.published_at, thanks.c.id)
    return [Thanks(**row) for row in connection.execute(query).mappings()]


def swap_thanks(connection: Connection, before: Thanks | None, after: Thanks | None) -> bool:
    return swapped(connection, _THANKS, before, after)


def own_names(connection: Connection, person: str) -> Sequence[OwnName]:
    """By source and name."""
    query = select(own_name).where(own_name.c.person == person).order_by(own_name.c.source, own_name.c.name)
    return [OwnName(**row) for row in connection.execute(query).mappings()]


def link(connection: Connection, row: OwnName) -> bool:
    """Whether it is new.

    Raises:
        InputError: somebody else said that this name is theirs.
    """
    if swapped(connection, _OWN_NAMES, None, row):
        return True
    if not swapped(connection, _OWN_NAMES, row, row):
        what = f"somebody else said that `{row.name}` at `{row.source}` is theirs"
        raise InputError(what, then="settle it with them; they can unlink it")
    return False


def unlink(connection: Connection, row: OwnName) -> bool:
    """Whether it was there."""
    return swapped(connection, _OWN_NAMES, row, None)
