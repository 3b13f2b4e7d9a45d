"""Grade B: units got the change at different times, and are compared with those who had not got it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aftermerge.errors import StatisticsError
from aftermerge.measure.calendar import WEEK
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.measure.said import factor_of, said
from aftermerge.model.chart import EventStudyChart
from aftermerge.model.flag import CONTROL_NAMES
from aftermerge.model.plan import Arms, Rollout
from aftermerge.model.readout import Check, Needs
from aftermerge.render.phrases import span
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.staggered_adoption import EventStudy, StaggeredEffect, staggered

FIRST = 1
"""The period of adoption itself is treated in part: it is shown, and no part of the effect."""
LEADS = 8
"""Periods before the base by which it is judged whether units ran alike."""
LEAST_UNITS = 20
"""With fewer on either side a few units decide, and the interval rests on a spread that is hardly known."""
STALE_DAYS = 14
"""Data that ended longer ago than this is not on its way."""
MUCH = 1.5
"""Where the treated did so many times as much before (or as little), that they ran alike must be shown."""
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
    factor = factor_of(case.metric.effect_unit)
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
        checks=(*_checks(case, look, effect), *look.more_checks),
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


def _checks(case: Case, look: Look, effect: StaggeredEffect) -> tuple[Check, ...]:
    dropped = []
    if effect.dropped:
        told = f"{effect.dropped:,} units had it before the rollout began, and were left out"
        dropped = [Check("early_units", "warn", told)]
    adoption = _adoption(case, effect) if look.anticipation else ()
    return (_pre_trend(case, effect), _few_units(effect), *adoption, *_novelty(case, effect), *dropped)


def _adoption(case: Case, effect: StaggeredEffect) -> tuple[Check, ...]:
    """A week treated in part can't exceed those treated in full, unless units are seen to have it by what they do."""
    found, unit = effect.adoption_minus_later, case.metric.effect_unit
    first = dict(zip(effect.event_study.periods, effect.event_study.pointwise, strict=True)).get(0)
    if found is None or first is None:
        return ()
    told = f"{said(found.estimate, unit)} from the weeks since to the week in which units were first seen with it"
    is_ahead = (first.low > 0 and found.low > 0) or (first.high < 0 and found.high < 0)
    if is_ahead and abs(found.estimate) > case.metric.worth.value / factor_of(unit) / 2:
        told = f"units seem to be seen with it because of what they do: {told}, which had it only in part"
        return (Check("adoption", "block", told),)
    return (Check("adoption", "pass", f"that units are seen with it because of what they do does not show: {told}"),)


def _pre_trend(case: Case, effect: StaggeredEffect) -> Check:
    """Equivalence, not the absence of evidence: units must be shown to have run alike.

    Where it can't be told, units that did much more before than those beside them leave no verdict.
    """
    found, worth, unlike = effect.pre_trend, case.metric.worth, _unlike(effect)
    if found is None:
        told = "no periods before the change show whether units ran alike"
        return Check("pre_trend", "block" if unlike else "warn", f"{told}{unlike}")
    factor = factor_of(worth.unit)
    between = span(factor * found.worst.low, factor * found.worst.high, worth.unit)
    told = f"{-found.period} weeks before it {between}, where ±{worth} is worth having"
    if found.parallel == "equivalent":
        return Check("pre_trend", "pass", f"before it units ran alike; farthest apart {told}")
    if found.parallel == "unknown":
        told = f"whether units ran alike before it can't be told this finely: {told}{unlike}"
        return Check("pre_trend", "block" if unlike else "warn", told)
    return Check("pre_trend", "block", f"units ran apart before they got it: {told}")


def _unlike(effect: StaggeredEffect) -> str:
    """How much more the treated did before, where it is much and no chance; else nothing."""
    ratio = effect.base_ratio
    if ratio is None or ratio.low <= 1 <= ratio.high or 1 / MUCH < ratio.estimate < MUCH:
        return ""
    return f"; and those that got it did {ratio.estimate:.2g} times as much before as those that had not"


def _few_units(effect: StaggeredEffect) -> Check:
    told = f"{effect.treated:,} units that got it, at the least {effect.not_yet:,} that had not got it yet"
    if min(effect.treated, effect.not_yet) < LEAST_UNITS:
        return Check("few_units", "block", f"too few to compare: {told}")
    return Check("few_units", "pass", told)


def _novelty(case: Case, effect: StaggeredEffect) -> tuple[Check, ...]:
    """Does the effect fade, or turn, with time since adoption?"""
    found = effect.late_minus_early
    if found is None:
        return ()
    change = said(found.estimate, case.metric.effect_unit)
    told = f"{change} from the early to the late weeks since units got it"
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
