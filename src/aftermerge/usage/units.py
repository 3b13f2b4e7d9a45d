"""A metric by variant, over a units table: an experiment that was gathered already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from math import isfinite

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Compiled, Source, attempt
from aftermerge.usage.breakdown import apart, by_segment, grouped_by_segment, largest_segments
from aftermerge.usage.measured import Measure, measured
from aftermerge.usage.moments import Outcome
from aftermerge.usage.quantiles import quantile_of, quantile_steps, quantiles, with_quantiles
from aftermerge.usage.rows import Rows
from aftermerge.usage.totals import Totals
from aftermerge.usage.unit_facts import stand_alone, with_grids
from aftermerge.usage.unit_rows import UnitRows

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
        done = with_grids(source, done)
    asked = []
    for group in _groups([question for question in questions if question.key in done]):
        units = _Units(source, table, {question.key: done[question.key] for question in group}, group[0], is_single)
        asked.append(Asked(source.name, units.statement(), group, units.read))
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
    first: ArmsQuestion
    is_single: bool

    def statement(self) -> exp.Select:
        measures, keep = tuple(self.measures.values()), ["variant"]
        keep += [measure.outcome.named("in") for measure in measures if measure.where is not None]
        rows = UnitRows(self.source, self.table, self._segment, measures, self.is_single)
        outcomes = tuple(measure.outcome for measure in measures)
        if self.first.metric.kind == "quantile":
            return self._with_quantiles(queries.grouped(queries.of_step(self._sums(), "units"), 1), rows)
        if self._segment is None:
            totals = Totals("units", tuple(keep), outcomes, _ENTERED)
            return rows.beside(totals.statement(queries.grouped(self._sums(), 1), 1, *rows.steps))
        names = [outcome.named(part) for outcome in outcomes for part in outcome.parts]
        steps = [*rows.steps, *largest_segments("units", keep, names, _ENTERED)]
        totals = Totals("segmented", (*keep, "segment"), outcomes, _ENTERED)
        return rows.beside(totals.statement(grouped_by_segment(self._sums(), "variant"), 1, *steps))

    def read(self, rows: Rows, text: str) -> Answers:
        done, failed = attempt(self.measures.items(), partial(self._arms, *apart(rows), text))
        return Answers(arms=done, failed=failed)

    @property
    def _segment(self) -> str | None:
        return None if self.first.metric.kind == "quantile" else self.first.metric.segment

    def _with_quantiles(self, totals: exp.Select, rows: UnitRows) -> exp.Select:
        measure = next(iter(self.measures.values()))
        values = exp.select(sql.col("unit"), sql.col("variant"), sql.named(measure.outcome.col("value"), "value"))
        ranks = quantile_steps("unit_values", _ENTERED, quantile_of(self.first.metric))
        given = [*rows.steps, ("unit_values", values.from_("units")), *ranks]
        return rows.beside(queries.ordered(with_quantiles(totals, *given), 1))

    def _sums(self) -> exp.Select:
        head = exp.select(sql.col("variant"), sql.named(sql.count(), "units"))
        return head.select(*(column for measure in self.measures.values() for column in measure.of_variant()))

    def _arms(self, rows: Rows, segments: Rows | None, text: str, measure: Measure) -> Arms:
        self._check(rows, measure)
        outcome, variants = measure.outcome, [str(variant) for variant in rows.texts("variant")]
        units = rows.counts(outcome.named("units") if measure.where is not None else "units").tolist()
        is_quantile = outcome.metric.kind == "quantile"
        return Arms(
            total=dict(zip(variants, outcome.moments(rows), strict=True)),
            exposed=dict(zip(variants, units, strict=True)),
            crossed=int(rows.counts("crossed").max()),
            largest={} if is_quantile else _known(variants, outcome.largest(rows)),
            smallest={} if is_quantile else _known(variants, outcome.smallest(rows)),
            quantiles=quantiles(rows) if is_quantile else {},
            segments=by_segment(segments, outcome),
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


def _known(variants: Sequence[str], values: Sequence[float]) -> dict[str, float]:
    """Values by variant, where there are any."""
    return {variant: value for variant, value in zip(variants, values, strict=True) if isfinite(value)}
