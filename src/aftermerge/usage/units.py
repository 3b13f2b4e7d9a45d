"""A metric by variant, over a units table: an experiment that was gathered already."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.usage import sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.moments import Outcome, capping
from aftermerge.usage.rows import Rows
from aftermerge.usage.where import condition


def ask_units(source: Source, table: UnitsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query for all metrics of a units table; `until` has no meaning here.

    Definition, by variant: *share*, units whose column is true (or 1); *mean* and *sum*, the column's mean per unit;
    *ratio*, Σ of the column `numerator` / Σ of the column `denominator`. `winsorize` cuts at that quantile over the
    units of all variants. `where` limits the units, and with them how many were exposed.
    Assumption: a row a unit, gathered for every unit that was exposed, not only for those that came back.
    Blind spot: a unit whose value is null is left out of that metric; one with two variants is left out of all; when
    units were exposed is not known, so there is one look and no looking back.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(_measure, source, table))
    asked = [question for question in questions if question.key in done]
    if not asked:
        return Compiled(failed=failed)
    units = _Units(source, table, done)
    return Compiled((Asked(source.name, units.statement(), tuple(asked), units.read),), failed)


@dataclass(frozen=True, slots=True, eq=False)
class _Measure:
    """A metric's value in a unit's row; null where the unit does not belong to it."""

    outcome: Outcome
    y: exp.Expr
    d: exp.Expr | None
    where: exp.Expr | None

    def of_unit(self) -> list[exp.Expr]:
        """Its columns of one unit, whose rows are folded by the smallest: there is one."""
        belongs = sql.all_of(self.where, sql.present(self.d) if self.d is not None else None)
        columns = [sql.named(sql.smallest(sql.when(belongs, self.y)), self.outcome.y)]
        if self.d is not None:
            both = sql.all_of(self.where, sql.present(self.y))
            columns.append(sql.named(sql.smallest(sql.when(both, self.d)), self.outcome.d))
        if self.where is not None:
            columns.append(sql.named(sql.largest(sql.when(self.where, sql.number(1))), self.outcome.named("in")))
        return columns

    def of_variant(self) -> list[exp.Expr]:
        columns = self.outcome.summary()
        if self.outcome.metric.kind == "share":
            other = exp.Not(this=sql.one_of(sql.col(self.outcome.y), [sql.number(0), sql.number(1)]))
            columns.append(sql.named(sql.count_where(other), self.outcome.named("other")))
        if self.where is not None:
            columns.append(sql.named(sql.count(sql.col(self.outcome.named("in"))), self.outcome.named("units")))
        return columns


def _measure(source: Source, table: UnitsTable, question: ArmsQuestion) -> _Measure:
    metric, columns = question.metric, source.columns
    if question.flag != table.flag:
        raise DataError(f"`{source.name}` is about the flag `{table.flag}`, not `{question.flag}`")
    where, outcome = condition(metric.where, columns), Outcome(metric)
    for name in (table.unit, table.variant):
        columns.read(name)
    if metric.kind == "ratio":
        if metric.numerator is None or metric.denominator is None:
            raise DataError("a ratio over units needs two columns", then="give `numerator` and `denominator`")
        return _Measure(outcome, columns.number(metric.numerator), columns.number(metric.denominator), where)
    if metric.kind not in ("share", "mean", "sum"):
        raise DataError(
            f"a metric of kind `{metric.kind}` can't be read from the units table `{source.name}`",
            then="its kind can be share, mean, sum or ratio",
        )
    column = metric.column or metric.value
    if column is None:
        raise DataError(f"a {metric.kind} over units needs a column", then="give `column`")
    return _Measure(outcome, columns.number(column), None, where)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Rows → units, each with its only variant → moments by variant."""

    source: Source
    table: UnitsTable
    measures: dict[str, _Measure]

    def statement(self) -> exp.Select:
        outcomes = [measure.outcome for measure in self.measures.values()]
        keep = ["variant", "rows_seen"]
        keep += [measure.outcome.named("in") for measure in self.measures.values() if measure.where is not None]
        steps = [("units", self._units()), *capping("units", keep, outcomes, sql.present(sql.col("variant")))]
        return sql.stepped(self._moments().from_(steps[-1][0]), *steps)

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.measures.items(), partial(self._arms, rows, text))
        return Answers(arms=done, failed=failed)

    def _units(self) -> exp.Select:
        unit = self.source.columns.read(self.table.unit)
        variant = self.source.columns.text(self.table.variant)
        only = sql.when(sql.same(sql.count_distinct(variant), sql.number(1)), sql.smallest(variant))
        head = exp.select(sql.named(unit, "unit"), sql.named(only, "variant"), sql.named(sql.count(), "rows_seen"))
        select = head.select(*(column for measure in self.measures.values() for column in measure.of_unit()))
        known = (sql.present(unit), sql.present(variant))
        return sql.grouped(select.from_(self.source.relation).where(*known), 1)

    def _moments(self) -> exp.Select:
        repeated = sql.count_where(sql.more(sql.col("rows_seen"), sql.number(1)))
        head = exp.select(sql.col("variant"), sql.named(sql.count(), "units"), sql.named(repeated, "repeated"))
        select = head.select(*(column for measure in self.measures.values() for column in measure.of_variant()))
        return sql.ordered(sql.grouped(select, 1), 1)

    def _arms(self, rows: Rows, text: str, measure: _Measure) -> Arms:
        outcome, variants = measure.outcome, rows.texts("variant")
        self._check(rows, measure)
        units = rows.counts(outcome.named("units") if measure.where is not None else "units").tolist()
        return Arms(
            total={v: m for v, m in zip(variants, outcome.moments(rows), strict=True) if v is not None},
            exposed={v: n for v, n in zip(variants, units, strict=True) if v is not None},
            crossed=sum(n for v, n in zip(variants, rows.counts("units").tolist(), strict=True) if v is None),
            largest=_known(variants, outcome.largest(rows)),
            smallest=_known(variants, outcome.smallest(rows)),
            sql=text,
        )

    def _check(self, rows: Rows, measure: _Measure) -> None:
        known = [variant is not None for variant in rows.texts("variant")]
        if not any(known):
            raise DataError(f"`{self.source.name}` holds no units", then="check its `table` in aftermerge.toml")
        repeated = int(rows.counts("repeated")[known].sum())
        if repeated:
            what = f"{repeated} units of `{self.source.name}` stand in more than one row of the same variant"
            raise DataError(what, then="store one row a unit, or name the column that tells units apart in `unit`")
        if measure.outcome.metric.kind == "share" and rows.counts(measure.outcome.named("other"))[known].any():
            column = measure.outcome.metric.column or measure.outcome.metric.value
            raise DataError(f"column `{column}` holds other values than 0 and 1", then='use `kind = "mean"`')


def _known(variants: Sequence[str | None], values: Sequence[float]) -> dict[str, float]:
    """Values by variant, where there are both."""
    return {v: value for v, value in zip(variants, values, strict=True) if v is not None and isfinite(value)}
