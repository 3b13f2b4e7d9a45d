"""The last steps of a query about units: cut values, centre them, add them up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from aftermerge.usage import exact, queries, sql
from aftermerge.usage.moments import Outcome, capping


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """From the step `source`, which has a row a unit, to sums by group.

    `by` are the columns that the sums are grouped by, `keep` others that they need beside the outcomes'. Quantiles are
    those of all units for which `entered` holds, of every variant together (where `within` names a column, of those
    with the same value in it); centres and grids are each group's own, so that no value in one group coarsens the sums
    of another. A group that did not enter has no sums of real variables. `is_beside` is whether units' rows lie in
    memory: what is cut is then cheaper to cut again than to keep.
    """

    source: str
    by: tuple[str, ...]
    keep: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    entered: exp.Expr
    within: str | None = None
    is_beside: bool = False

    def statement(self, sums: Sequence[exp.Expr], *steps: queries.Step) -> exp.Select:
        """After the steps, the columns `by` and the sums, in the order of the former."""
        keep = (*self.by, *self.keep)
        capped = [*steps, *capping(self.source, keep, self.outcomes, self.entered, self.within)]
        last, cut = capped[-1]
        if self.is_beside:
            queries.read_again(cut)
        if any(outcome.is_real for outcome in self.outcomes):
            capped += [*self._ranged(last), ("centred", self._centred(last))]
        grouped = queries.grouped(exp.select(*map(sql.col, self.by), *sums), len(self.by))
        return queries.ordered(queries.stepped(queries.of_step(grouped, capped[-1][0]), *capped), len(self.by))

    @property
    def _is_open(self) -> bool:
        return any(outcome.is_open for outcome in self.outcomes)

    def _ranged(self, last: str) -> list[queries.Step]:
        return [("ranges", self._ranges(last)), ("grids", self._grids())] if self._is_open else []

    def _ranges(self, last: str) -> exp.Select:
        columns = [column for outcome in self.outcomes for column in outcome.ranges()]
        bits = sql.named(exact.bits(sql.count()), "bits")
        select = exp.select(*map(sql.col, self.by), bits, *columns).from_(last).where(self.entered)
        return queries.grouped(select, len(self.by))

    def _grids(self) -> exp.Select:
        columns = [column for outcome in self.outcomes for column in outcome.grids(sql.col("bits"))]
        return exp.select(*map(sql.col, self.by), *columns).from_("ranges")

    def _centred(self, last: str) -> exp.Select:
        columns: list[exp.Expr] = [sql.col(name, last) for name in (*self.by, *self.keep)]
        columns += [column for outcome in self.outcomes for column in outcome.centred()]
        centred = queries.of_step(exp.select(*columns), last)
        own = sql.all_of(*(sql.same(sql.col(name, last), sql.col(name, "grids")) for name in self.by))
        return centred.join("grids", on=own, join_type="left", copy=False) if self._is_open else centred
