"""A metric by day over what customers wrote: how often, how they rated, about what. Their words stay in the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import FEEDBACK, Metric
from aftermerge.model.plan import Answers, Series, SeriesQuestion
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.moments import Outcome
from aftermerge.usage.rows import Rows, Span, aware
from aftermerge.usage.times import starts_its_day, whole_days
from aftermerge.usage.where import condition

SCHEMA = "ledger"
TYPES: Mapping[str, str] = {
    "id": "VARCHAR",
    "time": "TIMESTAMP",
    "day": "DATE",
    "rating": "DOUBLE",
    "author": "VARCHAR",
    "account": "VARCHAR",
    "version": "VARCHAR",
    "source": "VARCHAR",
    "problem": "VARCHAR",
    "language": "VARCHAR",
}
"""The columns that a metric over feedback may read, with the engine's types."""


def feedback_columns(feedback: Iterable[Feedback], timezone: str) -> dict[str, NDArray[Any]]:
    """Feedback as columns; times in UTC without a zone, days in the workspace's zone."""
    zone = ZoneInfo(timezone)
    rows = list(feedback)
    words = {name: np.array([getattr(row, name) for row in rows], dtype=object) for name in _WORDS}
    times = [row.time.astimezone(UTC).replace(tzinfo=None) for row in rows]
    days = [row.time.astimezone(zone).date() for row in rows]
    ratings = [np.nan if row.rating is None else row.rating for row in rows]
    return {
        **words,
        "time": np.array(times, dtype="datetime64[us]"),
        "day": np.array(days, dtype="datetime64[us]"),
        "rating": np.array(ratings, dtype=np.float64),
    }


_FIRST_AT = "first_written_at"
_LAST_AT = "last_written_at"
_WORDS = tuple(name for name, kind in TYPES.items() if kind == "VARCHAR")


def ask_feedback(source: Source, questions: Sequence[SeriesQuestion]) -> Compiled:
    """One query for all metrics over feedback.

    Definition, for each local day: *count*, rows; *mean*, the mean of a column (`rating` unless `column` or `value`
    says otherwise) over the rows that have one; *share*, rows for which `where` holds per row. `where` limits what is
    counted, or averaged.
    Assumption: everything that customers wrote between the first and the last row has been read in. Their days are cut
    to whole ones, as those of events are; where feedback bears dates only, each day that it names is whole.
    Blind spot: who writes changes with what shipped; a wave of complaints moves the mean of those who write, and says
    little about those who don't.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_part, source))
    asked = tuple(question for question in questions if question.key in done)
    if not asked:
        return Compiled(failed=failed)
    daily = _Written(source, done)
    return Compiled((Asked(FEEDBACK, daily.statement(), asked, daily.read),), failed)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A metric over the rows of a day: its value, and what that was computed over when it is a rate."""

    metric: Metric
    value: exp.Expr
    volume: exp.Expr | None = None


def _part(source: Source, question: SeriesQuestion) -> _Part:
    metric = question.metric
    where = condition(metric.where, source.columns)
    if metric.kind == "count":
        return _Part(metric, count_rows(where))
    if metric.kind == "mean":
        column = sql.when(where, source.columns.number(metric.column or metric.value or "rating"))
        return _Part(metric, sql.mean(column), sql.count(column))
    if metric.kind == "share" and where is not None:
        return _Part(metric, exp.Div(this=sql.cast(count_rows(where), "DOUBLE"), expression=sql.count()), sql.count())
    if metric.kind == "share":
        raise DataError("a share of feedback needs a condition", then="give `where`, such as `rating <= 2`")
    raise DataError(
        f"a metric of kind `{metric.kind}` can't be read from feedback",
        then="its kind can be count, mean, share or feedback_rate",
    )


def count_rows(where: exp.Expr | None) -> exp.Expr:
    return sql.count() if where is None else sql.count_where(where)


@dataclass(frozen=True, slots=True, eq=False)
class _Written:
    """Feedback → days."""

    source: Source
    parts: Mapping[str, _Part]

    def statement(self) -> exp.Select:
        columns = [column for part in self.parts.values() for column in _columns(part)]
        select = exp.select(sql.col("day"), *written_times(), *columns).from_(sql.table(SCHEMA, FEEDBACK))
        return queries.ordered(queries.grouped(select, 1), 1)

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.parts.items(), partial(_series, rows, text, self.source.timezone))
        return Answers(series=done, failed=failed)


def _columns(part: _Part) -> list[exp.Expr]:
    outcome = Outcome(part.metric)
    columns = [sql.named(part.value, outcome.y)]
    return columns if part.volume is None else [*columns, sql.named(part.volume, outcome.d)]


def _series(rows: Rows, text: str, timezone: str, part: _Part) -> Series:
    span, days, outcome = written_days(rows, timezone), rows.dates("day"), Outcome(part.metric)
    if part.volume is None:
        return Series(span.first, span.lay(days, rows.sums(outcome.y), 0.0), sql=text)
    values = span.lay(days, rows.floats(outcome.y), np.nan)
    return Series(span.first, values, span.lay(days, rows.sums(outcome.d), 0.0), sql=text)


def written_times() -> list[exp.Expr]:
    """The first and the last moment (UTC) of a day's feedback, for `written_days`."""
    at = sql.col("time")
    return [sql.named(sql.smallest(at), _FIRST_AT), sql.named(sql.largest(at), _LAST_AT)]


def written_days(rows: Rows, timezone: str) -> Span:
    """The whole days of all feedback, from the columns of `written_times`; rows without feedback are passed over.

    Raises:
        DataError: there is no feedback, or no whole day of it.
    """
    zone, first, last = ZoneInfo(timezone), _moments(rows, _FIRST_AT), _moments(rows, _LAST_AT)
    if not first or not last:
        raise DataError("there is no feedback yet", then="name a source of feedback, and run `aftermerge sync`")
    clock = not all(starts_its_day(at, zone) for at in last)
    span = whole_days(min(first).astimezone(zone), max(last).astimezone(zone), clock)
    if span is None:
        raise DataError("there is no whole day of feedback yet", then="wait for the first full day of feedback")
    return span


def _moments(rows: Rows, name: str) -> list[datetime]:
    return [aware(at) for at in rows.moments(name) if at is not None]
