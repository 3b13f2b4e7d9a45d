"""The last steps of a query about units: cut values, centre them, add them up."""

from dataclasses import dataclass

from sqlglot import exp

from aftermerge.usage import exact, queries, sql
from aftermerge.usage.moments import Outcome, capping


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """From the step `source`, which has a row a unit, to sums by group.

    `keep` are the columns that the sums are grouped by or need beside the outcomes'. Quantiles, centres and grids are
    those of all units for which `entered` holds, of every variant together.
    """

    source: str
    keep: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    entered: exp.Expr

    def statement(self, grouped: exp.Select, columns: int, *steps: queries.Step) -> exp.Select:
        """`grouped` lacks only what it selects from; the rows come in the order of its first columns."""
        capped = [*steps, *capping(self.source, self.keep, self.outcomes, self.entered)]
        last = capped[-1][0]
        if not any(outcome.is_real for outcome in self.outcomes):
            return queries.ordered(queries.stepped(queries.of_step(grouped, last), *capped), columns)
        if not any(outcome.is_open for outcome in self.outcomes):
            centred = ("centred", self._centred(last))
            return queries.ordered(queries.stepped(queries.of_step(grouped, "centred"), *capped, centred), columns)
        centring = [("ranges", self._ranges(last)), ("grids", self._grids()), ("centred", self._centred(last))]
        centres = [column for outcome in self.outcomes for column in outcome.centres()]
        select = exp.select(sql.all_columns("totals"), *centres).from_("totals").join("grids", join_type="cross")
        return queries.ordered(
            queries.stepped(select, *capped, *centring, ("totals", queries.of_step(grouped, "centred"))),
            columns,
        )

    def _ranges(self, last: str) -> exp.Select:
        columns = [column for outcome in self.outcomes for column in outcome.ranges()]
        bits = sql.named(exact.bits(sql.count()), "bits")
        return exp.select(bits, *columns).from_(last).where(self.entered)

    def _grids(self) -> exp.Select:
        columns = [column for outcome in self.outcomes for column in outcome.grids(sql.col("bits"))]
        return exp.select(*columns).from_("ranges")

    def _centred(self, last: str) -> exp.Select:
        columns = [*map(sql.col, self.keep), *(column for outcome in self.outcomes for column in outcome.centred())]
        centred = queries.of_step(exp.select(*columns), last)
        is_open = any(outcome.is_open for outcome in self.outcomes)
        return centred.join("grids", join_type="cross", copy=False) if is_open else centred
