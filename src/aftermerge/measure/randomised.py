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
from aftermerge.stats.moments import Moments
from aftermerge.stats.sample_ratio import sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.sequential import confidence_sequence_critical, critical_value

CONTROL_NAMES = ("control", "off", "false", "0", "a", "baseline")
PLANNED_UNITS = 10_000
"""Where no horizon was declared, the interval is tightest near this many units."""
AT_THE_HORIZON = 2.14
"""What 28 daily looks leave as the critical value at the declared horizon."""
DAYS_TO_COME_IN = 2
"""How long after the decision date data may still arrive."""
MOST_SHIFT = 1.0
"""A unit that alone moves the mean by this many standard errors decides it."""
PATIENCE_DAYS = 90
"""Where no horizon was declared, waiting longer than this is no answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    control: str
    treatment: str


def read_arms(case: Case, arms: Arms, today: date) -> Finding:
    """Compare the two variants of a flag; every look so far is allowed for."""
    closed = _is_closed(case, arms, today)
    try:
        pair = variants_of(case, arms.exposed)
        _refuse_open(arms, pair)
        return _compared(case, arms, pair, closed, today)
    except StatisticsError as error:
        return Finding(
            "randomised",
            closed=closed,
            failure=error.what,
            needs=None if closed else _wait(case, arms, today),
            units=dict(arms.exposed),
            exposed_at=arms.first_exposure,
            sql=arms.sql,
        )


def _is_closed(case: Case, arms: Arms, today: date) -> bool:
    """A table without times, or an experiment whose decision date is past and whose data had time to come in."""
    if not arms.days and arms.first_exposure is None:
        return True
    return case.decide is not None and today > case.decide + timedelta(days=DAYS_TO_COME_IN)


def _compared(case: Case, arms: Arms, pair: Pair, closed: bool, today: date) -> Finding:
    relative = case.metric.effect_unit == "percent"
    control, treatment = arms.total[pair.control], arms.total[pair.treatment]
    found = difference(control, treatment, "relative" if relative else "difference")
    estimate = found.interval(_critical(case, arms, pair, found, closed))
    factor = 1.0 if case.metric.effect_unit == "absolute" else 100.0
    return Finding(
        design="randomised",
        closed=closed,
        estimate=factor * estimate.estimate,
        low=factor * estimate.low,
        high=factor * estimate.high,
        baseline=control.mean_y / control.mean_d,
        needs=None if closed else _needs(case, arms, pair, factor * estimate.sd, today),
        checks=_checks(case, arms, pair, found),
        units=dict(arms.exposed),
        window=(arms.days[0].day, arms.days[-1].day) if arms.days else None,
        exposed_at=arms.first_exposure,
        sql=arms.sql,
    )


def _refuse_open(arms: Arms, pair: Pair) -> None:
    if not any(arms.total[name].n for name in (pair.control, pair.treatment) if name in arms.total):
        raise StatisticsError("no unit's window has closed yet")


def _wait(case: Case, arms: Arms, today: date) -> Needs:
    """Days until the first unit's window closes, or until the decision."""
    ends = [case.decide] if case.decide else []
    if arms.first_exposure and not arms.days:
        ends = [arms.first_exposure.date() + timedelta(days=case.metric.window_days)]
    return Needs(max((ends[0] - today).days, 1) if ends else None, None)


def variants_of(case: Case, exposed: Mapping[str, int]) -> Pair:
    """Which variant is the control: the bet says, or its name does.

    Raises:
        StatisticsError: neither does, or a variant that the bet names was never given.
    """
    names = sorted(exposed)
    known = [name for name in names if name.lower() in CONTROL_NAMES]
    control = case.control or (known[0] if len(known) == 1 else None)
    others = [name for name in names if name != control]
    treatment = case.treatment or (others[0] if len(others) == 1 else None)
    if control is None or treatment is None or control == treatment or not {control, treatment} <= set(names):
        seen = ", ".join(names) or "none"
        raise StatisticsError(f"the variants seen are {seen}; write `control:` and `treatment:` into the bet")
    return Pair(control, treatment)


def _critical(case: Case, arms: Arms, pair: Pair, found: Difference, closed: bool) -> float:
    """How many standard deviations the interval takes, by the rule that the data's shape fixes beforehand."""
    looks = _looks(arms, pair)
    if not looks:
        return float(stdtrit(found.degrees, 0.975))
    information = list(accumulate(float(n) for _, n in looks))
    if case.decide is None:
        return confidence_sequence_critical(information[-1], PLANNED_UNITS)
    first = looks[0][0] - timedelta(days=1)
    horizon = max((case.decide - first).days, 1)
    elapsed = [min(1.0, (day - first).days / horizon) for day, _ in looks]
    return critical_value(information, [*elapsed[:-1], 1.0 if closed else elapsed[-1]])


def _looks(arms: Arms, pair: Pair) -> list[tuple[date, int]]:
    """The days on which windows of the two arms closed, and how many."""
    counts = (
        (look.day, sum(look.arms[v].n for v in (pair.control, pair.treatment) if v in look.arms)) for look in arms.days
    )
    return [(day, n) for day, n in counts if n]


def _needs(case: Case, arms: Arms, pair: Pair, sd: float, today: date) -> Needs | None:
    """Units and days until the interval is as narrow as the effect worth having, None when that is too long.

    Where the units are there and only looks so early are too costly, the days until the decision are what is needed.
    """
    looks = _looks(arms, pair)
    entered = sum(n for _, n in looks)
    days = max((looks[-1][0] - looks[0][0]).days + 1, 1)
    critical = AT_THE_HORIZON if case.decide else confidence_sequence_critical(entered, PLANNED_UNITS)
    wanted = entered * (critical * sd / case.metric.worth.value) ** 2
    more = math.ceil(max(wanted - entered, 0))
    left = max((case.decide - today).days if case.decide else PATIENCE_DAYS, 0)
    days_more = math.ceil(more / max(entered / days, 1e-9)) or left
    return Needs(days_more, more or None) if 0 < days_more <= left else None


def _checks(case: Case, arms: Arms, pair: Pair, found: Difference) -> tuple[Check, ...]:
    crossed = []
    if arms.crossed:
        seen = f"{arms.crossed:,} units were seen in two variants and left out"
        crossed = [Check("crossed_units", "warn", seen)]
    single = [] if case.metric.kind == "share" else [_single_unit(arms, pair, found)]
    return (_sample_ratio(arms, pair), *crossed, *single)


def _sample_ratio(arms: Arms, pair: Pair) -> Check:
    counts = [arms.exposed[pair.control], arms.exposed[pair.treatment]]
    p = sequential_sample_ratio_p(counts) if arms.days else sample_ratio_p(counts)
    told = f"{' : '.join(f'{count:,}' for count in counts)}, p = {p:.2g}"
    outcome: Outcome = "block" if p < 0.001 else "warn" if p < 0.01 else "pass"
    said = "as even as chance would have it" if outcome == "pass" else "the arms were not filled evenly"
    return Check("sample_ratio", outcome, f"{said}: {told}")


def _single_unit(arms: Arms, pair: Pair, found: Difference) -> Check:
    """Does one unit alone shift its arm's mean by as much as the difference varies without it?"""
    extremes = [
        (arms.total[name], value)
        for name in (pair.control, pair.treatment)
        for value in (arms.largest.get(name), arms.smallest.get(name))
        if value is not None
    ]
    shift = max((_shift(moments, value, found) for moments, value in extremes), default=0.0)
    if shift < MOST_SHIFT:
        return Check("single_unit", "pass", "no single unit decides the mean")
    told = f"one unit alone moves the mean by {shift:.1f} standard errors: set `winsorize = 0.999` for this metric"
    return Check("single_unit", "block", told)


def _shift(moments: Moments, value: float, found: Difference) -> float:
    """In standard errors of the difference, had that unit not been there."""
    if moments.n < 3 or (found.scale == "relative" and moments.mean_y == 0):
        return 0.0
    away = value - moments.mean_y
    scale = moments.mean_y if found.scale == "relative" else moments.mean_d
    own = away**2 * moments.n / (moments.n - 1) / (moments.n - 1) / moments.n / scale**2
    without = math.sqrt(max(found.sd**2 - own, 1e-300))
    return abs(away / (moments.n - 1) / scale) / without
