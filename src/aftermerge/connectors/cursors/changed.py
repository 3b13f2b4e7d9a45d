"""Reading a list that a service sorts by when its records were last changed, while it changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from aftermerge.connectors.cursors.since import Since
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.errors import AftermergeError

__all__ = ["Ask", "Convert", "Made", "Page", "Version", "read_changed"]

Body = Mapping[str, object]
Made = list[Item | NotHeard]
Version = Callable[[Body], tuple[str, datetime] | None]
"""What tells this version of a record from all others, and when it came to be; None where that can't be said."""
_Row = TypeVar("_Row")
Convert = Callable[[Body], Sequence[_Row]]
"""What a record tells."""


class Page(NamedTuple):
    """Records, oldest change first, and what leads to the next page, where there is one."""

    records: Sequence[Body]
    following: str | None


Ask = Callable[[datetime | None, str | None], Page]
"""The first page of what changed at that time or later; or the page that `following` leads to."""


def read_changed(
    ask: Ask, version: Version, convert: Convert[_Row], start: Since
) -> Iterator[tuple[list[_Row], Since]]:
    """What changed since `start`, page by page, and how far it has come by the end of each.

    Each page is asked for from the time at which the one before it ended, so that a record that is changed while we
    read, and moves to the end, pulls none of the others past us.
    """
    place, asked, following = start, start.asked_from, None
    while True:
        page = ask(asked, following)
        for made, reached in _read_page(page.records, version, convert, place):
            place = reached
            yield made, place
        if page.following is None or page.following == following:
            return
        moved_on = place.time is not None and (asked is None or place.time > asked)
        asked, following = (place.time, None) if moved_on else (asked, page.following)


def _read_page(
    records: Sequence[Body], version: Version, convert: Convert[_Row], place: Since
) -> Iterator[tuple[list[_Row], Since]]:
    """The page; or what there is of it when one of its records can't be read, before the error."""
    made: list[_Row] = []
    read: list[tuple[str, datetime]] = []
    try:
        for record in records:
            this = version(record)
            if this is not None and place.is_new(*this):
                made += convert(record)
                read.append(this)
    except AftermergeError:
        if read:
            yield made, place.after(read)
        raise
    if read:
        yield made, place.after(read)
