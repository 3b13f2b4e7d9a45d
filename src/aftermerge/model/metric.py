"""A metric: what is counted, over which data, and which way is good."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aftermerge.model.amount import Amount, Unit

Kind = Literal["share", "mean", "count", "sum", "ratio", "retention", "funnel", "quantile", "series", "feedback_rate"]
Good = Literal["up", "down"]

FEEDBACK = "feedback"
"""The name by which a metric reads what customers wrote."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One table of metrics.toml.

    `source` names a usage table, or `feedback`. `window_days` is how long after the change (or after a unit's
    first exposure) it is read. `steps` are the events of a funnel in their order, `day` the one on which a retained
    unit comes back, `q` the quantile (0.95). `segment` names the column by which units are told apart in a breakdown,
    `covariate` a units table's column from before the exposure. `framed_at` is since
    when its definition has stood, committed, as now (aware, UTC).
    """

    name: str
    kind: Kind
    source: str
    good: Good
    worth: Amount
    label: str = ""
    event: str | None = None
    column: str | None = None
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    where: str | None = None
    problem: str | None = None
    unit: Literal["user", "account"] = "user"
    winsorize: float | None = None
    steps: tuple[str, ...] = ()
    day: int | None = None
    q: float | None = None
    segment: str | None = None
    covariate: str | None = None
    window_days: int = 28
    watch: bool = False
    was: tuple[str, ...] = ()
    framed_at: datetime | None = None

    @property
    def title(self) -> str:
        return self.label or self.name.replace("_", " ")

    @property
    def key(self) -> str:
        """What tells its values apart from another metric's: its name, and the problem that it counts."""
        return f"{self.name}:{self.problem}" if self.problem else self.name

    @property
    def effect_unit(self) -> Unit:
        """The unit in which its effects are given: that of the smallest effect worth having."""
        return self.worth.unit


FEEDBACK_RATE = Metric(
    name="feedback_rate",
    kind="feedback_rate",
    source=FEEDBACK,
    good="down",
    worth=Amount(20.0, "percent"),
    label="Complaints per active customer",
)
"""The metric that every bet with a problem has, without instrumentation."""
