"""Local days: when each begins and ends, which files it rests on, and which days are asked for together."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from aftermerge.usage.asked import Days
from aftermerge.usage.cube.files import EventsFile

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_STEP = timedelta(hours=6)
"""No two changes of a zone's offset are closer together."""
_NEAR = timedelta(hours=3)
"""Clocks are put forward or back by no more."""
_MOST_ROWS = 8_000_000
"""Days of so many rows together are asked for at once: enough to keep an engine busy, too few to fill its memory."""
_FEW_DAYS = 3


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A local day with the files that its events may stand in. The `stamp` is another as soon as anything changes."""

    day: date
    files: tuple[EventsFile, ...]
    stamp: str


def days_of(first: date, last: date, zone: ZoneInfo) -> Days:
    """The days from the first to the last."""
    start, start_is_sharp = _midnight(first, zone)
    end, end_is_sharp = _midnight(last + _DAY, zone)
    start, end = start if start_is_sharp else start - _NEAR, end if end_is_sharp else end + _NEAR
    return Days(first, last, start, end, _offsets(start, end, zone), start_is_sharp and end_is_sharp)


def known_days(files: Sequence[EventsFile], zone: ZoneInfo) -> tuple[KnownDay, ...]:
    """All days on which there may be events, in their order."""
    found: dict[date, list[EventsFile]] = {}
    bounds: dict[date, Days] = {}
    for file in files:
        for day in _touched(file, zone):
            own = bounds.setdefault(day, days_of(day, day, zone))
            if _meets(file, own):
                found.setdefault(day, []).append(file)
    return tuple(KnownDay(day, tuple(found[day]), _stamp(bounds[day], found[day])) for day in sorted(found))


def runs(days: Sequence[KnownDay], alike: Callable[[KnownDay], Hashable]) -> Iterator[tuple[KnownDay, ...]]:
    """Days that follow one another and are alike, so many as can be asked for at once."""
    run: list[KnownDay] = []
    rows = 0.0
    for day in days:
        if run and (day.day - run[-1].day > _DAY or alike(day) != alike(run[-1]) or _is_full(rows, run[-1], day)):
            yield tuple(run)
            run, rows = [], 0.0
        run.append(day)
        rows += sum(file.rows / _length(file) for file in day.files)
    if run:
        yield tuple(run)


def _midnight(day: date, zone: ZoneInfo) -> tuple[datetime, bool]:
    """In UTC, and whether no clock is put forward or back around it."""
    at = datetime.combine(day, time(), zone).astimezone(UTC)
    before, after = ((at + near).astimezone(zone).utcoffset() for near in (-_NEAR, _NEAR))
    return at.replace(tzinfo=None), before == after


def _offsets(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[tuple[datetime | None, timedelta], ...]:
    """Of the times from `start` to `end`, each until the time when the next begins."""
    found: list[tuple[datetime | None, timedelta]] = []
    at, offset = start, _offset(start, zone)
    while at < end:
        following = min(at + _STEP, end)
        if _offset(following, zone) != offset:
            change = _change(at, following, zone)
            found.append((change, offset))
            following, offset = change, _offset(change, zone)
        at = following
    return (*found, (None, offset))


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first second from `low` on, up to `high`, with another offset than `low` has."""
    before = _offset(low, zone)
    low, high = low.replace(microsecond=0), high.replace(microsecond=0)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()


def _touched(file: EventsFile, zone: ZoneInfo) -> Iterator[date]:
    if file.first_at is None or file.last_at is None:
        return
    first = file.first_at.replace(tzinfo=UTC).astimezone(zone).date() - _DAY
    last = file.last_at.replace(tzinfo=UTC).astimezone(zone).date() + _DAY
    yield from (first + timedelta(days=after) for after in range((last - first).days + 1))


def _meets(file: EventsFile, bounds: Days) -> bool:
    return (
        file.first_at is not None
        and file.last_at is not None
        and (file.first_at < bounds.end and file.last_at >= bounds.start)
    )


def _stamp(bounds: Days, files: Sequence[EventsFile]) -> str:
    states = sorted(repr(file.state) for file in files)
    return sha256(repr((bounds, states)).encode()).hexdigest()


def _is_full(rows: float, last: KnownDay, following: KnownDay) -> bool:
    """Whether the next day begins another question; not where both would read the same long file."""
    shared = set(last.files) & set(following.files)
    return rows >= _MOST_ROWS and all(_length(file) <= _FEW_DAYS for file in shared)


def _length(file: EventsFile) -> float:
    """In days, begun ones as whole."""
    if file.first_at is None or file.last_at is None:
        return 1.0
    return (file.last_at.date() - file.first_at.date()).days + 1.0
