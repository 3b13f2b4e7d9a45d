"""Units become moments, by variant, inside the query; and moments become arms."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from aftermerge.model.metric import Metric
from aftermerge.stats.moments import EMPTY, Moments
from aftermerge.usage import sql
from aftermerge.usage.rows import Rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """A metric's value of one unit, in the column `y`; for a ratio over `d`."""

    metric: Metric

    @property
    def y(self) -> str:
        return self.named("y")

    @property
    def d(self) -> str:
        return self.named("d")

    @property
    def is_ratio(self) -> bool:
        return self.metric.kind == "ratio"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.y, self.d) if self.is_ratio else (self.y,)

    @property
    def winsorize(self) -> float | None:
        """The quantile above which values are cut; a share has nothing to cut."""
        return None if self.metric.kind == "share" else self.metric.winsorize

    def named(self, part: str) -> str:
        return f"{self.metric.key}_{part}"

    def summary(self) -> list[exp.Expr]:
        """Its columns in a query by group: n, mean, centred sum, extremes; for a ratio those of d and the product."""
        y, d = sql.col(self.y), sql.col(self.d)
        n = sql.count(y)
        parts = {
            "n": n,
            "mean_y": sql.mean(y),
            "ss_y": sql.times(sql.variance(y), n),
            "max_y": sql.largest(y),
            "min_y": sql.smallest(y),
        }
        if self.is_ratio:
            parts["mean_d"] = sql.mean(d)
            parts["ss_d"] = sql.times(sql.variance(d), n)
            parts["sp_yd"] = sql.times(sql.covariance(y, d), n)
        return [sql.named(part, self.named(name)) for name, part in parts.items()]

    def moments(self, rows: Rows) -> list[Moments]:
        """The moments of each row's group.

        Raises:
            DataError: a value is infinite.
        """
        columns = ["mean_y", "ss_y", *(("mean_d", "ss_d", "sp_yd") if self.is_ratio else ())]
        values = zip(*(rows.floats(self.named(name)).tolist() for name in columns), strict=True)
        counts = rows.counts(self.named("n")).tolist()
        return [Moments(n, *row) if n else EMPTY for n, row in zip(counts, values, strict=True)]

    def largest(self, rows: Rows) -> list[float]:
        """The largest value in each row's group, NaN without any."""
        return [float(value) for value in rows.floats(self.named("max_y"))]

    def smallest(self, rows: Rows) -> list[float]:
        """The smallest value in each row's group, NaN without any."""
        return [float(value) for value in rows.floats(self.named("min_y"))]


def capping(source: str, keep: Sequence[str], outcomes: Sequence[Outcome], entered: exp.Expr) -> list[sql.Step]:
    """Steps after `source` that cut values beyond their metric's quantile down to it; none when no metric asks for it.

    The quantile is that of all units for which `entered` holds, of every variant together. The last step has the
    columns `keep` and the outcomes.
    """
    cut = [outcome for outcome in outcomes if outcome.winsorize is not None]
    if not cut:
        return []
    caps = exp.select(*(_cap(outcome) for outcome in cut)).from_(source).where(entered)
    columns = [sql.col(name) for name in keep] + [column for outcome in outcomes for column in _cut(outcome)]
    capped = exp.select(*columns).from_(source).join("caps", join_type="cross")
    return [("caps", caps), ("capped", capped)]


def _cap(outcome: Outcome) -> exp.Expr:
    return sql.named(sql.quantile(sql.col(outcome.y), outcome.winsorize or 1.0), outcome.named("cap"))


def _cut(outcome: Outcome) -> list[exp.Expr]:
    columns: list[exp.Expr] = [sql.col(name) for name in outcome.names]
    if outcome.winsorize is not None:
        columns[0] = sql.named(sql.capped(columns[0], sql.col(outcome.named("cap"))), outcome.y)
    return columns
