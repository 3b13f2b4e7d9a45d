"""What a row of a units table says about a metric."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import ArmsQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.usage import sql
from aftermerge.usage.asked import Source
from aftermerge.usage.columns import Columns
from aftermerge.usage.moments import Outcome, refuse_cut_ratio
from aftermerge.usage.quantiles import quantile_of
from aftermerge.usage.where import condition


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A metric's value in a unit's row; null where the unit does not belong to it.

    `cautious` is the same without what was found out about the columns, for when that is not enough.
    """

    outcome: Outcome
    values: dict[str, exp.Expr]
    where: exp.Expr | None
    columns: Mapping[str, str]
    cautious: "Measure | None" = None

    @property
    def takes_all(self) -> bool:
        """Whether it takes all values of its columns, uncut and together, so that it is as they are."""
        outcome = self.outcome
        return outcome.winsorize is None and outcome.metric.segment is None and self.where is None

    def shortened(self, columns: Columns, fixed: Mapping[str, float], without_null: Container[str]) -> "Measure":
        """The same, with less to do: its grids are fixed, or columns have no null.

        What is no number in a column of real ones shows in its sums, and is not looked for before.
        """
        complete = {part for part, name in self.columns.items() if name in without_null}
        complete &= {part for part, name in self.columns.items() if fixed or columns.is_whole(name)}
        if not self.values.keys() - {"x"} <= complete:
            complete = set()
        lacks = self.outcome.may_lack_past and "x" not in complete
        outcome = replace(self.outcome, fixed=fixed, complete=frozenset(complete), may_lack_past=lacks)
        unguarded = {part: columns.real(self.columns[part]) for part in sorted(complete) if fixed}
        return replace(self, outcome=outcome, values=self.values | unguarded, cautious=self)

    def of_unit(self) -> list[exp.Expr]:
        """Its columns of one unit. Where a value that it needs is null, all are."""
        if self.outcome.metric.kind == "quantile":
            return self._ranked()
        columns = []
        for part, value in self.values.items():
            needed = [sql.present(self.values[name]) for name in self._lacked if name != part]
            columns.append(sql.named(sql.when(sql.all_of(self.where, *needed), value), self.outcome.named(part)))
        return columns + self._inside()

    def of_variant(self) -> list[exp.Expr]:
        columns = self.outcome.summary()
        if self.where is not None:
            columns.append(sql.named(sql.count(self.outcome.col("in")), self.outcome.named("units")))
        return columns

    @property
    def _lacked(self) -> list[str]:
        """The variables without which a unit does not belong, and which some may lack."""
        return [part for part in ("y", "d") if part in self.values and part not in self.outcome.complete]

    def _ranked(self) -> list[exp.Expr]:
        """The value to be ranked; y is how many values the unit has: one, or it does not belong."""
        value = sql.when(self.where, self.values["y"])
        has_one = sql.named(sql.when(sql.present(value), sql.number(1)), self.outcome.y)
        return [sql.named(value, self.outcome.named("value")), has_one, *self._inside()]

    def _inside(self) -> list[exp.Expr]:
        if self.where is None:
            return []
        return [sql.named(sql.when(self.where, sql.number(1)), self.outcome.named("in"))]


def measured(source: Source, table: UnitsTable, question: ArmsQuestion) -> Measure:
    """What a units table says about a metric.

    Raises:
        DataError: the table is about another flag, the metric's kind, columns or condition don't fit it, or it would
            cut a ratio.
    """
    metric, columns = question.metric, source.columns
    if question.flag != table.flag:
        raise DataError(f"`{source.name}` is about the flag `{table.flag}`, not `{question.flag}`")
    refuse_cut_ratio(metric)
    where = condition(metric.where, columns)
    for name in (table.unit, table.variant, metric.segment):
        if name is not None:
            columns.read(name)
    if metric.kind == "quantile":
        quantile_of(metric)
        return Measure(Outcome(metric), {"y": columns.number(_column(metric))}, where, {})
    names = _names(source, metric) | ({"x": metric.covariate} if metric.covariate is not None else {})
    return _measure(metric, columns, names, where)


def _measure(metric: Metric, columns: Columns, names: dict[str, str], where: exp.Expr | None) -> Measure:
    past = tuple(part for part in names if part == "x")
    whole = {part: columns.whole(name) for part, name in names.items()}
    numbers = {part: value for part, value in whole.items() if value is not None}
    if len(numbers) == len(names) and metric.winsorize is None:
        return Measure(Outcome(metric, "whole", past, bool(past)), numbers, where, names)
    is_yes_or_no = metric.kind == "share" and not past
    values = {part: columns.number(name) for part, name in names.items()}
    return Measure(Outcome(metric, "whole" if is_yes_or_no else "real", past, bool(past)), values, where, names)


def _names(source: Source, metric: Metric) -> dict[str, str]:
    """The columns of its variables."""
    if metric.kind == "ratio":
        if metric.numerator is None or metric.denominator is None:
            raise DataError("a ratio over units needs two columns", then="give `numerator` and `denominator`")
        return {"y": metric.numerator, "d": metric.denominator}
    if metric.kind not in ("share", "mean", "sum"):
        raise DataError(
            f"a metric of kind `{metric.kind}` can't be read from the units table `{source.name}`",
            then="its kind can be share, mean, sum, ratio or quantile",
        )
    return {"y": _column(metric)}


def _column(metric: Metric) -> str:
    column = metric.column or metric.value
    if column is None:
        raise DataError(f"a {metric.kind} over units needs a column", then="give `column`")
    return column
