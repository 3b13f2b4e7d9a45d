"""The events of numbered units, as little of each as running sums need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from aftermerge.usage import sql
from aftermerge.usage.engines.batches import Column
from aftermerge.usage.running_sums import FLAGS, Batch
from aftermerge.usage.sweep import SCHEMA, Track

NUMBER = "unit_number"
UNITS = sql.table(SCHEMA, "units")
_FLAGS = "flags_"


@dataclass(frozen=True, slots=True, eq=False)
class SweptEvents:
    """`events` has at, unit and the tracks' columns; of those that are only counted a bit is taken, in `flags_<n>`."""

    events: exp.Select
    tracks: Sequence[Track]

    def of_units(self, first: int, last: int) -> exp.Select:
        """The events of the units from `first` until before `last`, which are numbered from 0."""
        number = sql.col(NUMBER, "units")
        own = sql.same(sql.col("unit", "events"), sql.col("unit", "units"))
        chosen = exp.and_(sql.at_least(number, sql.number(first)), sql.less(number, sql.number(last)))
        head = [sql.named(sql.minus(number, sql.number(first)), NUMBER), sql.col("at", "events")]
        numbers = [sql.col(track.column, "events") for track in self.tracks if track.how != "count"]
        select = exp.select(*head, *numbers, *self._flags()).from_(self.events.subquery("events"))
        return select.join(UNITS.copy(), on=own).where(chosen, sql.present(sql.col("at", "events")))

    def batch(self, columns: Mapping[str, Column]) -> Batch:
        flags = [columns[name].values for name in columns if name.startswith(_FLAGS)]
        added = {track: columns[track.column] for track in self.tracks if track.how != "count"}
        numbers = {track: (column.present, column.values) for track, column in added.items()}
        return Batch(columns[NUMBER].values, columns["at"].values, flags, numbers)

    @property
    def _counted(self) -> list[Track]:
        return [track for track in self.tracks if track.how == "count"]

    def _flags(self) -> list[exp.Expr]:
        bits: dict[str, exp.Expr] = {}
        for n, track in enumerate(self._counted):
            present = sql.present(sql.col(track.column, "events"))
            bit = sql.either(present, sql.number(1 << n % FLAGS), sql.number(0))
            bits[_name(n)] = sql.plus(bits[_name(n)], bit) if _name(n) in bits else bit
        return [sql.named(sql.cast(each, "BIGINT"), name) for name, each in bits.items()]


def _name(counted: int) -> str:
    return f"{_FLAGS}{counted // FLAGS}"
