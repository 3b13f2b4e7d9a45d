"""Grade B: units got the change at different times, and are compared with those who had not got it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import WEEK
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.model.chart import EventStudyChart
from aftermerge.model.flag import CONTROL_NAMES
from aftermerge.model.plan import Arms, Rollout
from aftermerge.model.readout import Check, Needs
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.staggered import EventStudy, StaggeredEffect, staggered

FIRST = 1
"""The period of adoption itself is treated in part: it is shown, and no part of the effect."""
LEADS = 8
"""Periods before the base by which it is judged whether units ran alike."""
LEAST_UNITS = 20
"""With fewer on either side a few units decide, and the interval rests on a spread that is hardly known."""
STALE_DAYS = 14
"""Data that ended longer ago than this is not on its way."""
DAYS_TO_COME_IN = 2
"""How long after the decision date data may still arrive."""


@dataclass(frozen=True, slots=True)
class Look:
    """Over which cohorts, and whether the declared periods are all there. `wait` is the days until they are."""

    cohorts: tuple[Cohort, ...]
    anticipation: int
    window: tuple[date, date]
    wait: Needs | None
    exposed_at: datetime | None
    more_checks: tuple[Check, ...] = ()
    sql: str = ""


def is_rollout(case: Case, arms: Arms) -> bool:
    """Whether a flag was only ever seen on, and the bet declares no experiment."""
    seen = [name.lower() for name in arms.exposed]
    return len(seen) == 1 and seen[0] not in CONTROL_NAMES and not case.control and not case.split


def read_rollout(case: Case, rollout: Rollout, today: date, exposed_at: datetime | None = None) -> Finding:
    """What the change did to units that came every week, in the weeks after the one in which they got it.

    A unit may have had it open in the week before it was seen with it, hence one week of anticipation.
    """
    begun = rollout.first_day + timedelta(days=rollout.period_days * rollout.begun)
    periods = max((len(cohort.mean) for cohort in rollout.cohorts), default=0)
    end = rollout.first_day + timedelta(days=rollout.period_days * periods - 1)
    missing = rollout.wanted - (periods - 1 - rollout.begun)
    look = Look(
        rollout.cohorts,
        anticipation=1,
        window=(begun, end),
        wait=wait_for(case, missing * rollout.period_days, end, today),
        exposed_at=exposed_at,
        more_checks=(_who_came(rollout),),
        sql=rollout.sql,
    )
    return read_cohorts(case, look)


def read_cohorts(case: Case, look: Look) -> Finding:
    """The mean effect over exposure periods up to the metric's window."""
    percent = case.metric.effect_unit == "percent"
    factor = 1.0 if case.metric.effect_unit == "absolute" else 100.0
    try:
        effect = staggered(
            look.cohorts,
            first=FIRST,
            horizon=-(-case.metric.window_days // WEEK),
            leads=LEADS,
            anticipation=look.anticipation,
            least=LEAST_UNITS,
            worth=case.metric.worth.value / factor,
            relative=percent,
        )
    except StatisticsError as error:
        closed = look.wait is None
        return Finding(
            "staggered", closed, failure=error.what, needs=look.wait, exposed_at=look.exposed_at, sql=look.sql
        )
    return Finding(
        "staggered",
        closed=look.wait is None,
        estimate=factor * effect.estimate,
        low=factor * effect.low,
        high=factor * effect.high,
        baseline=effect.baseline,
        needs=look.wait,
        checks=(*_checks(case, effect, factor), *look.more_checks),
        units={"treated": effect.treated, "not_yet": effect.not_yet},
        window=look.window,
        exposed_at=look.exposed_at,
        chart=_chart(effect.event_study, look.anticipation, factor),
        sql=look.sql,
    )


def wait_for(case: Case, missing_days: int, end: date, today: date) -> Needs | None:
    """What is still to come: nothing once the periods are full, the bet is decided, or the data has long ended."""
    decided = case.decide is not None and today > case.decide + timedelta(days=DAYS_TO_COME_IN)
    if missing_days <= 0 or decided or (today - end).days > STALE_DAYS + WEEK:
        return None
    return Needs(missing_days, None)


def _checks(case: Case, effect: StaggeredEffect, factor: float) -> tuple[Check, ...]:
    dropped = []
    if effect.dropped:
        told = f"{effect.dropped:,} units had it before the rollout began, and were left out"
        dropped = [Check("early_units", "warn", told)]
    return (_pre_trend(case, effect, factor), _few_units(effect), *_novelty(effect, factor), *dropped)


def _pre_trend(case: Case, effect: StaggeredEffect, factor: float) -> Check:
    """Equivalence, not the absence of evidence: units must be shown to have run alike."""
    found, worth = effect.pre_trend, case.metric.worth
    if found is None:
        return Check("pre_trend", "warn", "no periods before the change show whether units ran alike")
    low, high = factor * found.worst.low, factor * found.worst.high
    told = f"{-found.period} periods before it {low:+.3g} to {high:+.3g}, where ±{worth} is worth having"
    if found.parallel == "equivalent":
        return Check("pre_trend", "pass", f"before it units ran alike; farthest apart {told}")
    if found.parallel == "unknown":
        return Check("pre_trend", "warn", f"whether units ran alike before it can't be told this finely: {told}")
    return Check("pre_trend", "block", f"units ran apart before they got it: {told}")


def _few_units(effect: StaggeredEffect) -> Check:
    told = f"{effect.treated:,} units that got it, at the least {effect.not_yet:,} that had not got it yet"
    if min(effect.treated, effect.not_yet) < LEAST_UNITS:
        return Check("few_units", "block", f"too few to compare: {told}")
    return Check("few_units", "pass", told)


def _novelty(effect: StaggeredEffect, factor: float) -> tuple[Check, ...]:
    """Does the effect fade, or turn, with time since adoption?"""
    found = effect.late_minus_early
    if found is None:
        return ()
    told = f"{factor * found.estimate:+.3g} from the early to the late weeks since units got it"
    is_sure = found.low > 0 or found.high < 0
    if is_sure and found.estimate * effect.estimate < 0:
        return (Check("novelty", "warn", f"the effect fades: {told}"),)
    return (
        Check("novelty", "pass", f"the effect {'grows' if is_sure else 'is steady as far as can be told'}: {told}"),
    )


def _who_came(rollout: Rollout) -> Check:
    kept = sum(cohort.n for cohort in rollout.cohorts)
    everybody = kept + rollout.left_out
    share = kept / everybody if everybody else 0.0
    told = f"read over the {kept:,} units that came every week, {share:.0%} of those there before it"
    return Check("who_came", "pass" if share >= 0.5 else "warn", told)


def _chart(study: EventStudy, anticipation: int, factor: float) -> EventStudyChart:
    """Simultaneous intervals: a reader looks at all of them. The base is zero by definition."""
    base = -1 - anticipation
    at = sum(period < base for period in study.periods)

    def around(values: Sequence[float]) -> tuple[float, ...]:
        scaled = [factor * value for value in values]
        return (*scaled[:at], 0.0, *scaled[at:])

    return EventStudyChart(
        WEEK,
        (*study.periods[:at], base, *study.periods[at:]),
        around([each.estimate for each in study.simultaneous]),
        around([each.low for each in study.simultaneous]),
        around([each.high for each in study.simultaneous]),
    )
