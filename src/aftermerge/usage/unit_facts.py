"""What a units table is like, learnt by small queries, so that the large one can be short.

Where every unit stands in one row, nobody has to be looked for and left out. Where the reach of a column is known, its
values need no pass of their own before they are added up; engines read it from a Parquet file's statistics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from aftermerge.model.table import UnitsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.grids import Reach, fixed_grids
from aftermerge.usage.measured import Measure
from aftermerge.usage.unit_rows import unit_key

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


def with_grids(source: Source, measures: Mapping[str, Measure]) -> dict[str, Measure]:
    """The measures, those with known grids that have real variables, and count and cut all units alike."""
    fixable = [measure for measure in measures.values() if measure.is_fixable]
    names = list(dict.fromkeys(name for measure in fixable for name in measure.columns.values()))
    rows, reaches = _reaches(source, names) if names else (0, {})
    return {
        key: _fixed(measure, reaches, rows) if reaches and measure.is_fixable else measure
        for key, measure in measures.items()
    }


def _fixed(measure: Measure, reaches: Mapping[str, Reach], rows: int) -> Measure:
    by_part = {part: reaches[name] for part, name in measure.columns.items()}
    fixed = fixed_grids(by_part, measure.outcome.pairs, rows)
    return replace(measure, outcome=replace(measure.outcome, fixed=fixed))


def _reaches(source: Source, names: Sequence[str]) -> tuple[int, dict[str, Reach]]:
    """How many rows there are, and the least and the largest value of each column; 0 where all are null."""
    columns = [source.columns.read(name) for name in names]
    ends = [sql.cast(end(column), "DOUBLE") for column in columns for end in (sql.smallest, sql.largest)]
    found = source.learn(queries.of_table(exp.select(sql.count(), *ends), source.relation))
    if found is None:
        return 0, {}
    rows, *values = (value or 0.0 for value in found)
    return int(rows), dict(zip(names, zip(values[::2], values[1::2], strict=True), strict=True))
