"""What a design found out about a case, before it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aftermerge.model.chart import Chart
from aftermerge.model.readout import Check, Design, Needs, Placebo, Slice


@dataclass(frozen=True, slots=True)
class Finding:
    """An estimate in the metric's effect unit with its interval, or the `failure` that left none.

    `closed` says that no more data can change it. `needs` is what is missing until the question could be answered,
    None where it never could be. `exposed_at` is when the first unit met the change.
    """

    design: Design
    closed: bool
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    failure: str | None = None
    needs: Needs | None = None
    checks: tuple[Check, ...] = ()
    placebo: Placebo | None = None
    units: Mapping[str, int] = field(default_factory=dict)
    window: tuple[date, date] | None = None
    exposed_at: datetime | None = None
    slices: tuple[Slice, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    chart: Chart | None = None
    sql: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether its one look is still to come; an experiment may be looked at every day."""
        return not self.closed and self.design != "randomised"
