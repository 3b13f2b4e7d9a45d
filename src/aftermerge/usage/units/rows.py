"""The units of a units table: each in one row, of one variant."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from aftermerge.model.table import UnitsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.units.measured import Measure
from aftermerge.usage.windows.exposed import UNKNOWN


def unit_key(source: Source, table: UnitsTable, unit: exp.Expr) -> exp.Expr:
    """What is sorted to find a unit again: a whole number as it is, of all else a hash, which is shorter."""
    return unit if source.columns.is_whole(table.unit) else sql.hashed(unit)


@dataclass(frozen=True, slots=True, eq=False)
class UnitRows:
    """The steps to `units`: unit, variant, the measures' columns and, if asked, segment.

    A unit in several rows is found by sorting, which costs less than grouping; then only those few are grouped. Where
    each stands in one (`is_single`), nobody is looked for.
    """

    source: Source
    table: UnitsTable
    segment: str | None
    measures: Sequence[Measure]
    is_single: bool

    @property
    def steps(self) -> list[queries.Step]:
        if self.is_single:
            return [("units", queries.read_again(self._rows()))]
        same = sql.same(sql.col("unit", "unit_rows"), sql.col("unit", "doubled"))
        alone = sql.at_most(sql.or_else(sql.col("variants", "doubled"), sql.number(1)), sql.number(1))
        units = exp.select(sql.all_columns("unit_rows")).from_("unit_rows").join("doubled", on=same, join_type="left")
        return [
            ("unit_rows", queries.read_again(self._rows())),
            ("doubled", self._doubled()),
            ("units", queries.read_again(units.where(alone))),
        ]

    def beside(self, statement: exp.Select) -> exp.Select:
        """Each row beside how many units were left out: `crossed` have two variants, `repeated` two rows of one."""
        if self.is_single:
            none = (sql.named(sql.number(0), name) for name in ("crossed", "repeated"))
            return statement.select(*none, copy=False)
        one = sql.same(sql.col("variants"), sql.number(1))
        repeated = exp.select(sql.count()).from_("doubled").where(one)
        crossed = exp.select(sql.count()).from_("doubled").where(sql.more(sql.col("variants"), sql.number(1)))
        columns = {"crossed": crossed, "repeated": repeated}
        return statement.select(*(sql.named(each.subquery(), name) for name, each in columns.items()), copy=False)

    @property
    def _unit(self) -> exp.Expr:
        return self.source.columns.read(self.table.unit)

    @property
    def _variant(self) -> exp.Expr:
        return self.source.columns.text(self.table.variant)

    def _rows(self) -> exp.Select:
        head = [sql.named(self._unit, "unit"), sql.named(self._variant, "variant")]
        if self.segment is not None:
            segment = sql.or_else(self.source.columns.text(self.segment), sql.text(UNKNOWN))
            head.append(sql.named(segment, "segment"))
        select = exp.select(*head, *(column for measure in self.measures for column in measure.of_unit()))
        entered = sql.present(self._unit), sql.present(self._variant)
        return queries.of_table(select, self.source.relation).where(*entered, copy=False)

    def _doubled(self) -> exp.Select:
        """Units in more than one row, with the number of their variants."""
        unit = sql.col("unit")
        key = unit_key(self.source, self.table, unit)
        pairs = exp.select(sql.named(key, "key"), sql.named(sql.before(key), "key_before")).from_("unit_rows")
        again = exp.select(sql.col("key")).from_(pairs.subquery("sorted"))
        again = again.where(sql.same(sql.col("key"), sql.col("key_before")))
        select = exp.select(unit, sql.named(sql.count_distinct(sql.col("variant")), "variants")).from_("unit_rows")
        inside = exp.In(this=key.copy(), query=again.subquery())
        return queries.grouped(select.where(inside), 1).having(sql.more(sql.count(), sql.number(1)), copy=False)
