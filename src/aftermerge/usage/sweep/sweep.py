"""A query over windows of units in parts, for an engine that hands over its events: they are added up by running sums.

It gives what the whole query gives, to the last bit. There each event is joined to every window that it falls into;
here it is looked at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from aftermerge.usage import sql

SCHEMA = "swept"
CUT = sql.table(SCHEMA, "cut")
EXPOSURES = sql.table(SCHEMA, "exposures")
"""Where the rows of `exposures` stand, as far as they are read, with what was added up in columns of its own."""
How = Literal["count", "whole", "real"]
GRIDS = 3
"""Since they are the same for all units, whatever one did: 10⁻¹⁵ of the largest value is still added exactly."""


@dataclass(frozen=True, slots=True)
class Track:
    """A column of events that is added up: *count* those where it is present, or add up *whole* or *real* numbers."""

    column: str
    how: How


@dataclass(frozen=True, slots=True)
class Interval:
    """A sum by its `name`: over events since the moment in one column of exposures, until before that in another."""

    name: str
    track: Track
    since: str
    until: str


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """`cut` finds when the data ends, in one row, which then stands in `CUT`. `time` is the column that it looks at,
    where that holds times in UTC as they are.

    `exposures` reads `CUT`, and has a row an experiment and unit; where `is_watched`, its intervals are added up.

    `events` gives `at`, `unit` and columns of the events; `rows` are those that are added up, by name. `grids` has, in
    one row, three magic numbers for each real column (see `exact`, `grid_name`). `statement` reads `EXPOSURES`, and
    names each column that it needs: no others are kept.
    """

    cut: exp.Select
    time: exp.Column | None
    exposures: exp.Select
    is_watched: exp.Expr
    events: Callable[[Sequence[exp.Expr]], exp.Select]
    rows: Mapping[str, exp.Expr]
    grids: exp.Select | None
    intervals: Sequence[Interval]
    statement: exp.Select

    @property
    def tracks(self) -> tuple[Track, ...]:
        return tuple(dict.fromkeys(interval.track for interval in self.intervals))

    @property
    def moments(self) -> tuple[str, ...]:
        """The columns of exposures that an interval begins or ends with."""
        return tuple(dict.fromkeys(name for each in self.intervals for name in (each.since, each.until)))


def grid_name(column: str, n: int) -> str:
    """The name of the n-th magic number of a real column, from 1; the coarsest first."""
    return f"{column}_grid_{n}"
