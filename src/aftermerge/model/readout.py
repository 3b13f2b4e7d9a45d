"""A readout: the answer to one question about one change, with everything that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from aftermerge.model.amount import Unit
from aftermerge.model.chart import Chart

SubjectKind = Literal["bet", "release", "change"]
Design = Literal["randomised", "staggered", "controlled", "before_after"]
Grade = Literal["A", "B", "C", "D"]
Role = Literal["primary", "guardrail", "also", "watch"]
Verdict = Literal["improved", "harmed", "no_change", "too_early", "cannot_tell"]
Outcome = Literal["pass", "warn", "block"]

GRADES: Mapping[Design, Grade] = {"randomised": "A", "staggered": "B", "controlled": "C", "before_after": "D"}


@dataclass(frozen=True, slots=True)
class Subject:
    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something that could make a readout wrong, looked at. A `block` leaves no verdict but "cannot tell"."""

    name: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What is still missing before this could be answered."""

    days: int | None
    units: int | None


@dataclass(frozen=True, slots=True)
class Placebo:
    """How the same method did on earlier dates when nothing shipped: it spoke `alarms` times on `dates` dates."""

    dates: int
    alarms: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The same comparison within one segment, or of another variant; its interval allows for how many are shown."""

    kind: Literal["segment", "variant"]
    name: str
    estimate: float
    low: float
    high: float
    units: int


@dataclass(frozen=True, slots=True)
class Readout:
    """Treatment − control (or after − forecast) with its 95% interval, in `unit`, never reoriented.

    `verdict` is None for a metric that is only reported (`also`). `window` is the days over which it was read,
    both inclusive. Numbers are None where nothing could be computed, and then `reason` says why. `weights` says of
    which untreated units a synthetic control is made up.
    """

    subject: Subject
    metric: str
    design: Design
    role: Role
    unit: Unit
    worth: float
    verdict: Verdict | None
    reason: str
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    retrospective: bool = False
    needs: Needs | None = None
    checks: tuple[Check, ...] = ()
    placebo: Placebo | None = None
    units: Mapping[str, int] = field(default_factory=dict)
    window: tuple[date, date] | None = None
    slices: tuple[Slice, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    chart: Chart | None = None
    sql: str = ""

    @property
    def grade(self) -> Grade:
        return GRADES[self.design]


@dataclass(frozen=True, slots=True)
class Readouts:
    """What `measure show` answers."""

    as_of: datetime
    readouts: tuple[Readout, ...]
