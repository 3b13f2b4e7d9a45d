"""What is asked of one table: the query, the questions that it answers, and how its rows are read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, Self, TypeVar

from sqlglot import exp

from aftermerge.errors import AftermergeError
from aftermerge.model.plan import Answers, Question
from aftermerge.model.table import EventsTable
from aftermerge.usage.columns import Columns
from aftermerge.usage.rows import Rows
from aftermerge.usage.sweep.sweep import Sweep

Given = TypeVar("Given")
Done = TypeVar("Done")

LENT = "lent"
"""Where the embedded engine finds what another engine answered."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A table that could be opened, in the engine of that address.

    `relation` is how a query names it. `hints` is the same table where the reach that a file names for a column is
    believed at once, though files of some writers leave out what is no number. `distinct` gives the values of an
    expression over it, most frequent first. `learn` is the first row of a small query about it, asked at once; None
    where the engine refuses.
    """

    engine: str
    columns: Columns
    relation: exp.Table
    hints: exp.Table
    timezone: str
    distinct: Callable[[exp.Expr], tuple[str, ...]]
    learn: Callable[[exp.Select], tuple[float | None, ...] | None]

    @property
    def name(self) -> str:
        return self.columns.table


class DayRows(Protocol):
    """A query whose rows are days, of which each can be asked for by itself, and which may therefore be kept."""

    @property
    def source(self) -> Source: ...

    @property
    def table(self) -> EventsTable: ...

    def definitions(self) -> Mapping[str, str]:
        """Of each column but `day`, what its values rest on beside the events."""
        ...

    def part(self, columns: Collection[str], relation: exp.Table, days: "Days") -> Self:
        """Only what these columns need, over a table that holds all events of these days."""
        ...

    def statement(self) -> exp.Select: ...

    def finished(self, rows: Rows) -> Rows:
        """The rows with each sum in one column."""
        ...

    def fitting(self, rows: Rows) -> Self | None:
        """The same, more precise; None where it was precise enough."""
        ...


@dataclass(frozen=True, slots=True)
class Days:
    """Local days that follow one another, from `start` until before `end` (UTC, without a zone).

    `offsets` are those of the zone from UTC, each until the time beside it, the last for good. Unless they are
    `sharp`, events of other days lie between as well: where clocks are put back over midnight, a day may end, and go
    on an hour later.
    """

    first: date
    last: date
    start: datetime
    end: datetime
    offsets: tuple[tuple[datetime | None, timedelta], ...]
    sharp: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One query. `read` turns its rows (and its text, which each answer carries) into answers.

    `again` says from the rows what has to be asked instead, where they turn out not to be precise enough. `lent` are
    queries of other engines, whose rows this one finds as tables of these names. `by_day` is the query once more where
    its rows are days that may be kept; `sweep` gives it in parts, where it adds up windows of units.
    """

    source: str
    statement: exp.Select
    questions: tuple[Question, ...]
    read: Callable[[Rows, str], Answers]
    again: "Callable[[Rows], Asked | None]" = lambda rows: None
    lent: "Mapping[str, Asked]" = field(default_factory=dict)
    by_day: DayRows | None = None
    sweep: Callable[[], Sweep] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """The queries of a plan, and the questions that can't be asked, each with the reason."""

    asked: tuple[Asked, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "Compiled") -> "Compiled":
        return Compiled(self.asked + other.asked, {**self.failed, **other.failed})


def attempt(
    given: Iterable[tuple[str, Given]], step: Callable[[Given], Done]
) -> tuple[dict[str, Done], dict[str, str]]:
    """A step for each key: what was done, and the reasons of those that failed."""
    done: dict[str, Done] = {}
    failed: dict[str, str] = {}
    for key, one in given:
        try:
            done[key] = step(one)
        except AftermergeError as error:
            failed[key] = reason(error)
    return done, failed


def reason(error: AftermergeError) -> str:
    """What happened and what to do next, in a line."""
    return f"{error.what}; {error.then}" if error.then else error.what


def joined(*answers: Answers) -> Answers:
    """All answers together."""
    return Answers(
        {key: one for each in answers for key, one in each.series.items()},
        {key: one for each in answers for key, one in each.arms.items()},
        {key: one for each in answers for key, one in each.rollouts.items()},
        {key: one for each in answers for key, one in each.segments.items()},
        {key: one for each in answers for key, one in each.failed.items()},
        frozenset(why for each in answers for why in each.unasked),
    )
