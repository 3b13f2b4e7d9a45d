"""What a units table is like, learnt by small queries, so that the large one can be short.

Where every unit stands in one row, nobody has to be looked for and left out. Where a column has no null, no unit has to
be left out of a metric. Where the reach of a column is known, its values need no pass of their own before they are
added up. Engines read both from a Parquet file's statistics.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from aftermerge.model.table import UnitsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.grids import Reach, fixed_grids
from aftermerge.usage.units.measured import Measure
from aftermerge.usage.units.rows import unit_key

_MOST_BITS = 16
"""Bits a row, one for each whole number between the least and the largest unit, up to which marking beats sorting."""


def stand_alone(source: Source, table: UnitsTable) -> bool:
    """Whether each unit with a variant stands in one row."""
    marked = _marked_once(source, table)
    return _in_a_chain(source, table) if marked is None else marked


def _marked_once(source: Source, table: UnitsTable) -> bool | None:
    """Whether n rows mark n bits, one for each whole number; None where units are none, or lie too far apart."""
    if not source.columns.is_whole(table.unit):
        return None
    unit = source.columns.read(table.unit)
    found = source.learn(
        queries.of_table(exp.select(sql.count(), sql.smallest(unit), sql.largest(unit)), source.relation)
    )
    rows, low, high = found or (0, None, None)
    if low is None or high is None or high - low >= _MOST_BITS * (rows or 0):
        return None
    found = source.learn(_entered(source, table, sql.count(), sql.bits_set(unit, int(low), int(high))))
    return None if found is None else found[0] == found[1]


def _in_a_chain(source: Source, table: UnitsTable) -> bool:
    """Whether the sorted keys ascend.

    n rows of which n - 1 have a key above that of the row before form one ascending chain, so no key is there twice;
    that holds in whatever order the engine hands them on. Two units of the same hash pass for one in two rows.
    """
    key = unit_key(source, table, source.columns.read(table.unit))
    rows = queries.ordered(_entered(source, table, sql.named(key, "key")), 1)
    pairs = exp.select(sql.col("key"), sql.named(sql.passed_before(sql.col("key")), "key_before"))
    pairs = pairs.from_(rows.subquery("sorted"), copy=False)
    above = sql.count(sql.when(sql.more(sql.col("key"), sql.col("key_before")), sql.number(1)))
    found = source.learn(exp.select(sql.count(), above).from_(pairs.subquery("pairs"), copy=False))
    return found is not None and (found[0] or 0) - (found[1] or 0) <= 1


def _entered(source: Source, table: UnitsTable, *columns: exp.Expr) -> exp.Select:
    unit, variant = source.columns.read(table.unit), source.columns.text(table.variant)
    select = queries.of_table(exp.select(*columns), source.relation)
    return select.where(sql.present(unit), sql.present(variant), copy=False)


def with_facts(source: Source, measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """The measures, those shortened that take all values of their columns as they are."""
    shorter = {key: measure for key, measure in measures.items() if measure.takes_all}
    without_null = _without_null(source, _columns(shorter.values()))
    reaches = _reaches(source, _columns(measure for measure in shorter.values() if measure.outcome.is_real))
    return dict(measures) | {
        key: measure.shortened(source.columns, _grids(measure, *reaches), without_null)
        for key, measure in shorter.items()
    }


def _columns(measures: Iterable[Measure]) -> list[str]:
    return list(dict.fromkeys(name for measure in measures for name in measure.columns.values()))


def _grids(measure: Measure, rows: int, reaches: Mapping[str, Reach]) -> Mapping[str, float]:
    if not (measure.outcome.is_real and reaches):
        return {}
    by_part = {part: reaches[name] for part, name in measure.columns.items()}
    return fixed_grids(by_part, measure.outcome.pairs, rows)


def _without_null(source: Source, names: Sequence[str]) -> frozenset[str]:
    """The columns that have a value in every row."""
    rows, *counts = _of_all(source, source.relation, [sql.count(source.columns.read(name)) for name in names])
    return frozenset(name for name, count in zip(names, counts, strict=False) if count == rows)


def _reaches(source: Source, names: Sequence[str]) -> tuple[int, dict[str, Reach]]:
    """How many rows there are, and the least and the largest value of each column; 0 where all are null."""
    columns = [source.columns.read(name) for name in names]
    ends = [sql.cast(end(column), "DOUBLE") for column in columns for end in (sql.smallest, sql.largest)]
    rows, *values = (value or 0.0 for value in _of_all(source, source.hints, ends))
    return int(rows), dict(zip(names, zip(values[::2], values[1::2], strict=True), strict=False))


def _of_all(source: Source, relation: exp.Table, columns: Sequence[exp.Expr]) -> tuple[float | None, ...]:
    """How many rows there are, and what is asked of them; no more than 0 if nothing is, or the engine refuses."""
    select = queries.of_table(exp.select(sql.count(), *columns), relation)
    return (source.learn(select) if columns else None) or (0,)
