"""Times inside a query: all are UTC without a zone, and become local only to find the day."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.usage import sql
from aftermerge.usage.columns import Columns
from aftermerge.usage.rows import Span

_UTC = "UTC"
_FIRST_BY = time(1)
_LAST_FROM = time(23)


def utc(columns: Columns, name: str, zone: str) -> exp.Expr:
    """A time column in UTC, without a zone. A time stored without one is UTC; a date is local midnight.

    Raises:
        DataError: there is no such column, or it holds no times.
    """
    kind, column = columns.type_of(name), columns.read(name)
    if kind == "TIMESTAMP":
        return column
    if kind in ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        return sql.cast(column, "TIMESTAMP")
    if kind == "TIMESTAMP WITH TIME ZONE":
        return sql.in_utc(column)
    if kind == "DATE":
        return sql.from_wall_clock(sql.cast(column, "TIMESTAMP"), zone)
    if kind in ("VARCHAR", None):
        return sql.in_utc(sql.try_cast(column, "TIMESTAMPTZ"))
    raise DataError(f"column `{name}` of `{columns.table}` holds {kind}, not times", then="store times as timestamps")


def local(at: exp.Expr, zone: str) -> exp.Expr:
    """A UTC time on the wall clock of a zone."""
    return at if zone == _UTC else sql.on_wall_clock(at, zone)


def local_day(at: exp.Expr, zone: str) -> exp.Expr:
    return sql.cast(local(at, zone), "DATE")


def day_at_offsets(at: exp.Expr, offsets: Sequence[tuple[datetime | None, timedelta]]) -> exp.Expr:
    """The local day where the zone's offsets from UTC are known, each until the time beside it, the last for good.

    To look a zone up costs more for each event than all that is counted.
    """
    *earlier, (_, last) = offsets
    day: exp.Expr = sql.cast(_later(at, last), "DATE")
    for until, offset in reversed(earlier):
        if until is not None:
            before = sql.less(at, sql.instant(until.replace(tzinfo=UTC)))
            day = sql.either(before, sql.cast(_later(at, offset), "DATE"), day)
    return day


def _later(at: exp.Expr, offset: timedelta) -> exp.Expr:
    seconds = exp.Interval(this=sql.text(str(round(offset.total_seconds()))), unit=exp.Var(this="SECOND"))
    return sql.plus(at, seconds) if offset else at


def day(columns: Columns, name: str, zone: str) -> exp.Expr:
    """A column of days. Only a time that carries a zone is moved to the workspace's own.

    Raises:
        DataError: there is no such column, or it holds neither dates nor times.
    """
    kind, column = columns.type_of(name), columns.read(name)
    if kind == "DATE":
        return column
    if kind == "VARCHAR":
        return sql.try_cast(column, "DATE")
    if kind == "TIMESTAMP WITH TIME ZONE":
        return sql.cast(local(sql.in_utc(column), zone), "DATE")
    if kind is not None and kind.startswith("TIMESTAMP"):
        return sql.cast(column, "DATE")
    raise DataError(f"column `{name}` of `{columns.table}` holds {kind}, not days", then="store days as dates")


def has_clock(columns: Columns, name: str) -> bool:
    """Whether a time column says the hour, so that a day that is not over can be told."""
    return columns.type_of(name) != "DATE"


def starts_its_day(at: datetime, zone: tzinfo) -> bool:
    """Whether an aware time is the first moment of its local day, as a date without an hour is stored.

    Compared in UTC: where the clocks go forward at midnight, the day starts at 01:00.
    """
    return datetime.combine(at.astimezone(zone).date(), time(), zone).astimezone(UTC) == at


def whole_days(first: datetime, last: datetime, clock: bool) -> Span | None:
    """The days that the data covers wholly, by its first and last local times; None when there is none.

    A first day counts when something happened before 01:00, a last one when something happened from 23:00 on.
    """
    start = first.date() + timedelta(days=1 if clock and first.time() >= _FIRST_BY else 0)
    end = last.date() - timedelta(days=1 if clock and last.time() < _LAST_FROM else 0)
    return Span.between(start, end) if start <= end else None
