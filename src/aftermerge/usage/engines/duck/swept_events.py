"""The events of numbered units, as little of each as running sums need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from aftermerge.usage import sql
from aftermerge.usage.engines.duck.batches import Column
from aftermerge.usage.sweep.running_sums import FLAGS, Batch
from aftermerge.usage.sweep.sweep import SCHEMA, Sweep, Track

NUMBER = "unit_number"
UNITS = sql.table(SCHEMA, "units")
_FLAGS = "flags_"


@dataclass(frozen=True, slots=True, eq=False)
class SweptEvents:
    """Columns of numbers for tracks that add them, and one of bits for each `FLAGS` of those that are counted."""

    sweep: Sweep

    def of_units(self, first: int, last: int) -> exp.Select:
        """The events of the units from `first` until before `last`, which are numbered from 0."""
        number = sql.col(NUMBER, "units")
        own = sql.same(sql.col("unit", "events"), sql.col("unit", "units"))
        chosen = exp.and_(sql.at_least(number, sql.number(first)), sql.less(number, sql.number(last)))
        columns = {track.column: self.sweep.rows[track.column] for track in self._added} | self._flags()
        head = [sql.named(sql.minus(number, sql.number(first)), NUMBER)]
        head += [sql.col(name, "events") for name in ("at", *columns)]
        events = self.sweep.events([sql.named(column, name) for name, column in columns.items()])
        select = exp.select(*head).from_(events.subquery("events"))
        return select.join(UNITS.copy(), on=own).where(chosen, sql.present(sql.col("at", "events")))

    def batch(self, columns: Mapping[str, Column]) -> Batch:
        flags = [columns[name].values for name in columns if name.startswith(_FLAGS)]
        numbers = {track: columns[track.column] for track in self._added}
        added = {track: (column.present, column.values) for track, column in numbers.items()}
        return Batch(columns[NUMBER].values, columns["at"].values, flags, added)

    @property
    def _added(self) -> list[Track]:
        return [track for track in self.sweep.tracks if track.how != "count"]

    def _flags(self) -> dict[str, exp.Expr]:
        rows = [self.sweep.rows[track.column] for track in self.sweep.tracks if track.how == "count"]
        parts = [rows[first : first + FLAGS] for first in range(0, len(rows), FLAGS)]
        return {f"{_FLAGS}{n}": sql.cast(_bits(part), _narrowest(part)) for n, part in enumerate(parts)}


def _narrowest(rows: Sequence[exp.Expr]) -> str:
    return "INTEGER" if len(rows) < 32 else "BIGINT"


def _bits(rows: Sequence[exp.Expr]) -> exp.Expr:
    """A bit for each that is present. Those that an event's name decides are looked up by it, all at once."""
    by_name: dict[str, tuple[exp.Expr, dict[str, int]]] = {}
    terms: list[exp.Expr] = []
    for n, condition in enumerate(map(_condition, rows)):
        name, is_called = condition.this, condition.expression if isinstance(condition, exp.EQ) else None
        if isinstance(is_called, exp.Literal) and is_called.is_string:
            _, bits = by_name.setdefault(name.sql(), (name, {}))
            bits[is_called.name] = bits.get(is_called.name, 0) | 1 << n
        else:
            terms.append(sql.either(condition, sql.number(1 << n), sql.number(0)))
    terms += [_looked_up(name, bits) for name, bits in by_name.values()]
    return reduce(sql.plus, terms)


def _condition(row: exp.Expr) -> exp.Expr:
    """When a column is present, as shortly as can be said."""
    choices = row.args["ifs"] if isinstance(row, exp.Case) and not row.this else []
    is_plain = len(choices) == 1 and not row.args.get("default") and isinstance(choices[0].args["true"], exp.Literal)
    return choices[0].this if is_plain else sql.present(row)


def _looked_up(name: exp.Expr, bits: Mapping[str, int]) -> exp.Expr:
    found = [exp.If(this=sql.text(word), true=sql.number(number)) for word, number in bits.items()]
    return exp.Case(this=name.copy(), ifs=found, default=sql.number(0))
