"""Grade A: units were given a variant by chance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from scipy.special import stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.model.plan import Arms
from aftermerge.model.readout import Check, Needs, Outcome
from aftermerge.stats.arms import Difference, difference
from aftermerge.stats.sample_ratio import sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.sequential import confidence_sequence_critical, critical_value

CONTROL_NAMES = ("control", "off", "false", "0", "a", "baseline")
PLANNED_UNITS = 10_000
"""Where no horizon was declared, the interval is tightest near this many units."""
AT_THE_HORIZON = 2.14
"""What 28 daily looks leave as the critical value at the declared horizon."""
PATIENCE_DAYS = 90
"""Where no horizon was declared, waiting longer than this is no answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    control: str
    treatment: str


def read_arms(case: Case, arms: Arms, today: date) -> Finding:
    """Compare the two variants of a flag; every look so far is allowed for."""
    try:
        pair = variants_of(case, arms.exposed)
        _refuse_open(arms)
        checks = (*_checks(arms), _outlier(arms, pair))
        found = difference(
            arms.total[pair.control],
            arms.total[pair.treatment],
            "relative" if case.metric.effect_unit == "percent" else "difference",
        )
    except StatisticsError as error:
        return Finding(
            "randomised",
            closed=False,
            failure=error.what,
            needs=_until_closed(case, arms, today),
            units=dict(arms.exposed),
            exposed_at=arms.first_exposure,
            sql=arms.sql,
        )
    estimate = found.interval(_critical(case, arms, found))
    factor = 100.0 if case.metric.effect_unit in ("pp", "percent") else 1.0
    closed = not arms.days or (case.decide is not None and arms.days[-1].day >= case.decide)
    baseline = arms.total[pair.control].mean_y / arms.total[pair.control].mean_d
    return Finding(
        design="randomised",
        closed=closed,
        estimate=factor * estimate.estimate,
        low=factor * estimate.low,
        high=factor * estimate.high,
        baseline=baseline,
        needs=None if closed else _needs(case, arms, factor * estimate.sd, today),
        checks=checks,
        units=dict(arms.exposed),
        window=(arms.days[0].day, arms.days[-1].day) if arms.days else None,
        exposed_at=arms.first_exposure,
        sql=arms.sql,
    )


def _refuse_open(arms: Arms) -> None:
    if not any(moments.n for moments in arms.total.values()):
        raise StatisticsError("no unit's window has closed yet")


def _until_closed(case: Case, arms: Arms, today: date) -> Needs | None:
    """Days until the first unit's window closes, where that is all that is missing."""
    if any(moments.n for moments in arms.total.values()) or arms.first_exposure is None:
        return None
    first = arms.first_exposure.date() + timedelta(days=case.metric.window_days)
    return Needs(max((first - today).days, 1), None)


def variants_of(case: Case, exposed: Mapping[str, int]) -> Pair:
    """Which variant is the control: the bet says, or its name does.

    Raises:
        StatisticsError: neither does, or a variant that the bet names was never given.
    """
    names = sorted(exposed)
    control = case.control or next((n for n in names if n.lower() in CONTROL_NAMES), None)
    others = [name for name in names if name != control]
    treatment = case.treatment or (others[0] if len(others) == 1 else None)
    missing = [name for name in (control, treatment) if name not in exposed]
    if missing or control is None or treatment is None:
        seen = ", ".join(names) or "none"
        raise StatisticsError(f"the variants seen are {seen}; write `control:` and `treatment:` into the bet")
    return Pair(control, treatment)


def _critical(case: Case, arms: Arms, found: Difference) -> float:
    """How many standard deviations the interval takes, by the rule that the data's shape fixes beforehand."""
    if not arms.days:
        return float(stdtrit(found.degrees, 0.975))
    counts = [sum(m.n for m in look.arms.values()) for look in arms.days]
    information = list(accumulate(float(n) for n in counts))
    if case.decide is None:
        return confidence_sequence_critical(information[-1], PLANNED_UNITS)
    first = arms.days[0].day - timedelta(days=1)
    horizon = max((case.decide - first).days, 1)
    elapsed = [min(1.0, (look.day - first).days / horizon) for look in arms.days]
    return critical_value(information, elapsed)


def _needs(case: Case, arms: Arms, sd: float, today: date) -> Needs | None:
    """Units and days until the interval is as narrow as the effect worth having, None when that is too long.

    Where the units are there and only looks so early are too costly, the days until the decision are what is needed.
    """
    entered = sum(moments.n for moments in arms.total.values())
    days = max((arms.days[-1].day - arms.days[0].day).days + 1, 1)
    critical = AT_THE_HORIZON if case.decide else confidence_sequence_critical(entered, PLANNED_UNITS)
    wanted = entered * (critical * sd / case.metric.worth.value) ** 2
    more = math.ceil(max(wanted - entered, 0))
    left = max((case.decide - today).days if case.decide else PATIENCE_DAYS, 0)
    days_more = math.ceil(more / max(entered / days, 1e-9)) or left
    return Needs(days_more, more or None) if 0 < days_more <= left else None


def _checks(arms: Arms) -> tuple[Check, ...]:
    counts = [arms.exposed[name] for name in sorted(arms.exposed)]
    p = sequential_sample_ratio_p(counts) if arms.days else sample_ratio_p(counts)
    told = f"{' : '.join(f'{count:,}' for count in counts)}, p = {p:.2g}"
    outcome: Outcome = "block" if p < 0.001 else "warn" if p < 0.01 else "pass"
    said = "as even as chance would have it" if outcome == "pass" else "the arms were not filled evenly"
    checks = [Check("sample_ratio", outcome, f"{said}: {told}")]
    if arms.crossed:
        seen = f"{arms.crossed:,} units were seen in two variants and left out"
        checks.append(Check("crossed_units", "warn", seen))
    return tuple(checks)


def _outlier(arms: Arms, pair: Pair) -> Check:
    """Does one unit alone shift its arm's mean by half a standard error of the difference, or more?"""
    shift = max((_pull(arms, name) for name in (pair.control, pair.treatment)), default=0.0)
    if shift < 0.5:
        return Check("single_unit", "pass", "no single unit decides the mean")
    return Check(
        "single_unit",
        "block",
        f"one unit alone moves the mean by {shift:.1f} standard errors: set `winsorize = 0.999` for this metric",
    )


def _pull(arms: Arms, name: str) -> float:
    moments, largest = arms.total[name], arms.largest.get(name)
    if largest is None or moments.n < 2 or moments.ss_y <= 0:
        return 0.0
    error = math.sqrt(moments.ss_y / (moments.n - 1) / moments.n)
    return (largest - moments.mean_y) / moments.n / error
