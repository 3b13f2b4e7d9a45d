"""A metric by variant, over a units table: an experiment that was gathered already."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from math import isfinite
from typing import TypeVar

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.breakdown import by_segment, by_variant, largest_segments, segments_of
from aftermerge.usage.moments import Outcome
from aftermerge.usage.quantiles import quantile_of, quantile_steps, quantiles, with_quantiles
from aftermerge.usage.rows import Rows
from aftermerge.usage.totals import Totals
from aftermerge.usage.units.facts import stand_alone, with_facts
from aftermerge.usage.units.measured import Measure, measured
from aftermerge.usage.units.rows import UnitRows

Value = TypeVar("Value", int, float)

_ENTERED = sql.present(sql.col("variant"))


def ask_units(source: Source, table: UnitsTable, questions: Sequence[ArmsQuestion]) -> Compiled:
    """One query a segment for all metrics of a units table, and one a quantile; `until` has no meaning here.

    Definition, by variant: *share*, units whose column is true (or 1); *mean* and *sum*, the column's mean per unit;
    *ratio*, Σ of the column `numerator` / Σ of the column `denominator`; *quantile*, of the column over units.
    `covariate` names the column x; `winsorize` cuts at that quantile over the units of all variants, x at its own.
    `where` limits the units, and with them how many were exposed.
    Assumption: a row a unit, gathered for every unit that was exposed, not only for those that came back.
    Blind spot: a unit whose value is null is left out of that metric, one whose x is null gets the mean x of all; one
    with two variants is left out of all. When units were exposed is not known: there is one look, and no looking back.
    """
    done, failed = attempt(((question.key, question) for question in questions), partial(measured, source, table))
    is_single = bool(done) and stand_alone(source, table)
    if is_single:
        done = with_facts(source, done)
    asked = []
    for group in _groups([question for question in questions if question.key in done]):
        units = _Units(source, table, {question.key: done[question.key] for question in group}, group, is_single)
        asked.append(units.asked)
    return Compiled(tuple(asked), failed)


def _groups(questions: Sequence[ArmsQuestion]) -> list[tuple[ArmsQuestion, ...]]:
    def shared(question: ArmsQuestion) -> tuple[str, str]:
        metric = question.metric
        return ("", question.key) if metric.kind == "quantile" else (metric.segment or "", "")

    return [tuple(group) for _, group in groupby(sorted(questions, key=shared), shared)]


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Rows → units, each with its only variant → sums by variant."""

    source: Source
    table: UnitsTable
    measures: Mapping[str, Measure]
    questions: tuple[ArmsQuestion, ...]
    is_single: bool

    @property
    def asked(self) -> Asked:
        return Asked(self.source.name, self.statement(), self.questions, self.read, self.again)

    def statement(self) -> exp.Select:
        measures = tuple(self.measures.values())
        keep = tuple(measure.outcome.named("in") for measure in measures if measure.where is not None)
        rows = UnitRows(self.source, self.table, self._segment, measures, self.is_single)
        outcomes = tuple(measure.outcome for measure in measures)
        if self._is_quantile:
            return self._with_quantiles(rows)
        if self._segment is None:
            totals = Totals("units", ("variant",), keep, outcomes, _ENTERED)
            return rows.beside(totals.statement(self._sums(), *rows.steps))
        names = [outcome.named(part) for outcome in outcomes for part in outcome.parts]
        steps = [*rows.steps, *largest_segments("units", ("variant", *keep), names, _ENTERED)]
        totals = Totals("segmented", ("variant", "segment"), keep, outcomes, _ENTERED)
        return rows.beside(totals.statement(self._sums(), *steps))

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.measures.items(), partial(self._arms, rows, text))
        return Answers(arms=done, failed=failed)

    def again(self, rows: Rows) -> Asked | None:
        """The same with each group's own grids, where those of the columns do not do for a group."""
        if not any(measure.outcome.is_unfit(rows) for measure in self.measures.values()):
            return None
        cautious = {key: measure.cautious or measure for key, measure in self.measures.items()}
        return replace(self, measures=cautious).asked

    @property
    def _segment(self) -> str | None:
        return None if self._is_quantile else self._metric.segment

    @property
    def _is_quantile(self) -> bool:
        return self._metric.kind == "quantile"

    @property
    def _metric(self) -> Metric:
        """Of the first question: what all of them share."""
        return self.questions[0].metric

    def _with_quantiles(self, rows: UnitRows) -> exp.Select:
        totals = queries.grouped(exp.select(sql.col("variant"), *self._sums()).from_("units"), 1)
        measure = next(iter(self.measures.values()))
        values = exp.select(sql.col("unit"), sql.col("variant"), sql.named(measure.outcome.col("value"), "value"))
        ranks = quantile_steps("unit_values", _ENTERED, quantile_of(self._metric))
        given = [*rows.steps, ("unit_values", values.from_("units")), *ranks]
        return rows.beside(queries.ordered(with_quantiles(totals, *given), 1))

    def _sums(self) -> list[exp.Expr]:
        return [sql.named(sql.count(), "units")] + [
            column for measure in self.measures.values() for column in measure.of_variant()
        ]

    def _arms(self, rows: Rows, text: str, measure: Measure) -> Arms:
        self._check(rows, measure)
        outcome, variants = measure.outcome, [str(variant) for variant in rows.texts("variant")]
        units = rows.counts(outcome.named("units") if measure.where is not None else "units").tolist()
        moments, has_extremes = outcome.moments(rows), not (self._is_quantile or outcome.is_ratio)
        return Arms(
            total=by_variant(zip(variants, moments, strict=True)),
            exposed=_folded(sum, variants, units),
            crossed=int(rows.counts("crossed").max()),
            largest=_folded(max, variants, _known(outcome.largest(rows))) if has_extremes else {},
            smallest=_folded(min, variants, _known(outcome.smallest(rows))) if has_extremes else {},
            quantiles=quantiles(rows) if self._is_quantile else {},
            segments=by_segment(zip(segments_of(rows), variants, moments, strict=True)),
            sql=text,
        )

    def _check(self, rows: Rows, measure: Measure) -> None:
        if not len(rows):
            raise DataError(f"`{self.source.name}` holds no units", then="check its `table` in aftermerge.toml")
        repeated = int(rows.counts("repeated").max())
        if repeated:
            what = f"{repeated} units of `{self.source.name}` stand in more than one row of the same variant"
            raise DataError(what, then="store one row a unit, or name the column that tells units apart in `unit`")
        if measure.outcome.metric.kind == "share" and not _is_yes_or_no(rows, measure.outcome):
            column = measure.outcome.metric.column or measure.outcome.metric.value
            raise DataError(f"column `{column}` holds other values than 0 and 1", then='use `kind = "mean"`')


def _is_yes_or_no(rows: Rows, outcome: Outcome) -> bool:
    """Whether all values are 0 or 1: between them Σ y² = Σ y holds for no others."""
    extremes = [value for value in (*outcome.largest(rows), *outcome.smallest(rows)) if isfinite(value)]
    spreads = ((m.ss_y, m.n * m.mean_y * (1 - m.mean_y)) for m in outcome.moments(rows))
    return all(0 <= value <= 1 for value in extremes) and all(abs(ss - binary) < 1e-6 for ss, binary in spreads)


def _known(values: Sequence[float]) -> list[float | None]:
    return [value if isfinite(value) else None for value in values]


def _folded(
    fold: Callable[[Iterable[Value]], Value], variants: Sequence[str], values: Sequence[Value | None]
) -> dict[str, Value]:
    """The values of each variant's rows in one, where there are any."""
    found: dict[str, list[Value]] = {}
    for variant, value in zip(variants, values, strict=True):
        if value is not None:
            found.setdefault(variant, []).append(value)
    return {variant: fold(own) for variant, own in sorted(found.items())}
