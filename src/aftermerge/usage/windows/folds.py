"""What is added up over a unit's window: each column of events, and each sum, once however many metrics rest on it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sqlglot import exp

from aftermerge.usage import exact, queries, sql
from aftermerge.usage.sweep.sweep import GRIDS, How, Interval, Track, grid_name

AT = sql.col("at", "events")
EXPOSED_AT = sql.col("exposed_at", "watched")
Side = Literal["after", "before"]
SIDES: Mapping[Side, str] = MappingProxyType({"before": "opens_at", "after": "exposed_at"})
"""Of the exposure, and the column that says since when each runs."""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """The sum of `row`, which is null for an event that adds nothing, over a unit's events on one side of its exposure.

    How: *count* those events, add up *whole* numbers, or *real* ones on grids (see `exact`). Null without any event.
    With `since_day`, only events of that day of the window or a later one, by 24 hours from the exposure.
    """

    row: exp.Expr
    how: How
    side: Side
    since_day: int = 0

    @property
    def text(self) -> str:
        """The same for the same sum, on whichever side."""
        return f"{self.how} {self.since_day} {self.row.sql()}"


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """`rows` are the columns of an event and `sums` those of a unit, by what they hold; each with its name.

    `sides` are those on which anything is added up. A unit's events on one side are grouped apart from those on the
    other: half as many sums to look up for each event. `are_swept` is whether the sums stand beside the exposures.
    """

    rows: Mapping[str, tuple[str, exp.Expr]]
    sums: Mapping[str, tuple[str, Fold]]
    sides: tuple[Side, ...]
    are_swept: bool = False

    @classmethod
    def of(cls, folds: Sequence[Fold], marks: Iterable[exp.Expr] = ()) -> "Folds":
        """Of these sums, and of columns that are read from the events as they are."""
        rows = {row.sql(): row for row in (*marks, *(fold.row for fold in folds))}
        sums = {fold.text: fold for fold in folds}
        return cls(
            {text: (f"event_{n}", row) for n, (text, row) in enumerate(rows.items(), 1)},
            {text: (f"sum_{n}", fold) for n, (text, fold) in enumerate(sums.items(), 1)},
            tuple(side for side in SIDES if any(fold.side == side for fold in folds)),
        )

    @property
    def of_event(self) -> list[exp.Expr]:
        return [sql.named(row, name) for name, row in self.rows.values()]

    def mark(self, row: exp.Expr) -> exp.Column:
        """A column of an event."""
        return sql.col(self.rows[row.sql()][0], "events")

    def sum(self, fold: Fold) -> exp.Column:
        """A sum of a unit."""
        name, _ = self.sums[fold.text]
        return sql.col(_swept(name, fold.side), "exposures") if self.are_swept else sql.col(name, fold.side)

    @property
    def intervals(self) -> list[Interval]:
        """All sums of a unit, for who adds them up by running sums."""
        return [
            Interval(_swept(name, side), self._track(fold), *_ends(fold, side))
            for name, fold in self.sums.values()
            for side in self.sides
            if side == "after" or not fold.since_day
        ]

    @property
    def since_days(self) -> list[exp.Expr]:
        """Columns of exposures beside their own, at which intervals begin."""
        days = sorted({fold.since_day for _, fold in self.sums.values() if fold.since_day})
        return [sql.named(sql.days_after(sql.col("exposed_at"), each), _since_name(each)) for each in days]

    def grids(self, events: Callable[[Sequence[exp.Expr]], exp.Select]) -> exp.Select:
        """The grids of real numbers, in one row, over events with these columns."""
        columns = [sql.named(row, name) for name, row in self.rows.values() if name in self._real]
        return queries.stepped(self._grids(), ("event_rows", queries.read_again(events(columns))))

    def _track(self, fold: Fold) -> Track:
        return Track(self.rows[fold.row.sql()][0], fold.how)

    def _grids(self) -> exp.Select:
        return queries.of_step(exp.select(*(each for name in self._real for each in _grids(name))), "event_rows")

    @property
    def of_unit(self) -> list[exp.Expr]:
        return [sql.named(self._folded(fold), name) for name, fold in self.sums.values()]

    def steps(self, events: exp.Select, *, are_kept: bool) -> list[queries.Step]:
        """The step `events`; real numbers stand in it on their grids, so that each is rounded once."""
        keep = (lambda select: select) if are_kept else queries.read_again
        if not self._real:
            return [("events", keep(events))]
        head = [sql.col("at"), sql.col("unit"), *(sql.col(name) for name, _ in self.rows.values())]
        parts = [part for name in self._real for part in _parts(name)]
        gridded = exp.select(*head, *parts).from_("event_rows").join("event_grids", join_type="cross")
        return [
            ("event_rows", queries.read_again(events)),
            ("event_grids", self._grids()),
            ("events", keep(gridded)),
        ]

    @property
    def _real(self) -> list[str]:
        """The columns of events that are added up as real numbers."""
        texts = dict.fromkeys(fold.row.sql() for _, fold in self.sums.values() if fold.how == "real")
        return [self.rows[text][0] for text in texts]

    def _folded(self, fold: Fold) -> exp.Expr:
        name, _ = self.rows[fold.row.sql()]
        if fold.how == "count":
            return sql.count(_since(fold, name))
        names = [_of_grid(name, n) for n in range(1, GRIDS + 1)] if fold.how == "real" else [name]
        first, *others = (sql.total(_since(fold, each)) for each in names)
        for other in others:
            first = sql.plus(first, other)
        return first


def _swept(name: str, side: Side) -> str:
    return f"{name}_{side}"


def _since_name(day: int) -> str:
    return f"since_day_{day}"


def _ends(fold: Fold, side: Side) -> tuple[str, str]:
    if side == "before":
        return SIDES["before"], SIDES["after"]
    return _since_name(fold.since_day) if fold.since_day else SIDES["after"], "closes_at"


def _since(fold: Fold, name: str) -> exp.Expr:
    late = sql.at_least(AT, sql.days_after(EXPOSED_AT, fold.since_day)) if fold.since_day else None
    return sql.when(late, sql.col(name, "events"))


def _grids(name: str) -> list[exp.Expr]:
    """Over all events that add to it, whichever other sums are asked for; the coarsest first."""
    value = exp.Abs(this=sql.col(name))
    finite = sql.when(sql.less(value, sql.real(1e300)), value)
    bits = exact.bits(sql.count(sql.col(name)))
    grids = [exact.magic(exact.size(sql.largest(finite)), bits)]
    while len(grids) < GRIDS:
        grids.append(exact.finer(grids[-1], bits))
    return [sql.named(magic, grid_name(name, n)) for n, magic in enumerate(grids, 1)]


def _parts(name: str) -> list[exp.Expr]:
    """A value on each of its grids: what the coarser ones took away, on the next."""
    left: exp.Expr = sql.col(name)
    parts = []
    for n in range(1, GRIDS + 1):
        gridded = exact.on_grid(left, sql.col(grid_name(name, n)))
        parts.append(sql.named(gridded, _of_grid(name, n)))
        left = exact.left(left, gridded)
    return parts


def _of_grid(name: str, n: int) -> str:
    return f"{name}_on_{n}"
