"""The suggestions of the last run. Of earlier ones the ids stay, without words or members."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, select, update

from aftermerge.ledger.tables.hear import feedback, theme, theme_member
from aftermerge.ledger.tables.shelf import Record, Shelf, matching
from aftermerge.ledger.tables.storable import storable
from aftermerge.model.problem import Theme

_THEMES = Shelf(theme, ("id",))
_MEMBERS = Shelf(theme_member, ("theme", "position"))


def read(connection: Connection) -> Sequence[Theme]:
    """Largest first; one of which all members are gone is no theme any more."""
    members: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(theme_member).order_by(theme_member.c.position)):
        members[row.theme].append(row.feedback_id)
    rows = connection.execute(select(theme).order_by(theme.c.position))
    found = (Theme(row.id, row.words, tuple(members[row.id])) for row in rows)
    return sorted((row for row in found if row.members), key=lambda row: -row.size)


def ids(connection: Connection) -> Collection[str]:
    """All that a theme has ever borne."""
    return set(connection.scalars(select(theme.c.id)))


def replace_themes(connection: Connection, themes: Sequence[Theme]) -> None:
    """Members that are no longer there are left out."""
    rows = [storable(row) for row in themes]
    connection.execute(delete(theme_member))
    connection.execute(delete(theme).where(theme.c.id.in_([row.id for row in rows])))
    connection.execute(update(theme).values(words=()))
    named = {member for row in rows for member in row.members}
    there = {str(row["id"]) for row in matching(connection, select(feedback.c.id), feedback.c.id, named)}
    _THEMES.insert(connection, [_theme(position, row) for position, row in enumerate(rows)])
    _MEMBERS.insert(connection, list(_members(rows, there)))


def _theme(position: int, row: Theme) -> Record:
    return {"id": row.id, "position": position, "words": row.words}


def _members(rows: Iterable[Theme], there: Collection[str]) -> Iterator[Record]:
    for row in rows:
        for position, member in enumerate(row.members):
            if member in there:
                yield {"theme": row.id, "position": position, "feedback_id": member}
