"""Grade B where it is segments (regions, say) that got the change on days that the bet names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from math import expm1

import numpy as np
from numpy.typing import NDArray

from aftermerge.errors import StatisticsError, nearest
from aftermerge.measure.calendar import WEEK
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.measure.staggered import LEAST_UNITS, Look, read_cohorts, wait_for
from aftermerge.measure.weekly import Weeks, last_day, recorded, weekly, weeks_about
from aftermerge.model.chart import SeriesChart
from aftermerge.model.plan import Segments
from aftermerge.model.readout import Check, Needs
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.synthetic_control.effect import student_half_width, synthetic

Floats = NDArray[np.float64]

LEAST_UNTREATED = 5
"""With fewer placebos than this nothing says how far a synthetic control may be off."""
MANY = 30
"""From so many segments on, those that got it at different times are compared as cohorts."""
WEEKS_BEFORE = 52
LEAST_WEEKS_BEFORE = 8
OFTEN = 0.1
"""A placebo rank above this does not go with an interval that excludes zero."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which segments got it when, by index, and which had not got it by the `last` day that counts."""

    dates: Mapping[int, date]
    untreated: tuple[int, ...]
    last: date
    horizon: int

    @property
    def begun(self) -> date:
        return min(self.dates.values())

    @property
    def latest(self) -> date:
        return max(self.dates.values())


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """The segments that got it on one day, beside their synthetic control: on the scale of the model."""

    weeks: Weeks
    treated: tuple[int, ...]
    observed: Floats
    counterfactual: Floats
    estimate: float
    weights: Floats
    placebos: Floats
    pre_fit_rmse: float


def read_segments(case: Case, segments: Segments, today: date) -> Finding:
    """Synthetic difference-in-differences by date of adoption; of many segments with several dates, cohorts."""
    try:
        plan = _plan(case, segments)
    except StatisticsError as error:
        return Finding("staggered", closed=True, failure=error.what, sql=segments.sql)
    wanted = (plan.latest - plan.begun).days // WEEK + plan.horizon
    weeks = weeks_about(segments, plan.begun, plan.last, WEEKS_BEFORE, wanted)
    wait = wait_for(case, WEEK * (wanted - weeks.after), last_day(segments), today)
    exposed_at = datetime.combine(plan.begun, time(), UTC)
    try:
        if _are_many(plan):
            return read_cohorts(case, _look(segments, plan, weeks, wait, exposed_at))
        return _synthetic(case, segments, plan, wait, exposed_at)
    except StatisticsError as error:
        failure = error.what
        return Finding("staggered", wait is None, failure=failure, needs=wait, exposed_at=exposed_at, sql=segments.sql)


def _plan(case: Case, segments: Segments) -> _Plan:
    if not isinstance(case.rollout, Mapping):
        raise StatisticsError("the bet does not say which segment got it when")
    for name in case.rollout:
        if name not in segments.names:
            raise StatisticsError(f"`rollout` names `{name}`, which is no segment: {nearest(name, segments.names)}")
    last = min(last_day(segments), case.decide or date.max)
    position = {name: index for index, name in enumerate(segments.names)}
    dates = {position[name]: day for name, day in case.rollout.items() if day < last}
    if not dates:
        raise StatisticsError(f"no segment had got it by {last}, where the data ends or the decision was due")
    untreated = tuple(index for index in range(len(segments.names)) if index not in dates)
    return _Plan(dates, untreated, last, -(-case.metric.window_days // WEEK))


def _are_many(plan: _Plan) -> bool:
    several = len(set(plan.dates.values())) > 1
    enough = min(len(plan.dates), len(plan.untreated)) >= LEAST_UNITS
    return several and enough and len(plan.dates) + len(plan.untreated) >= MANY


def _look(segments: Segments, plan: _Plan, weeks: Weeks, wait: Needs | None, exposed_at: datetime) -> Look:
    """Cohorts of segments, by the week in which they got it."""
    values = weekly(segments, weeks)
    whole = recorded(values)
    adopted = {index: weeks.holding(day) for index, day in plan.dates.items()}
    by_week = {week: [i for i in adopted if adopted[i] == week and whole[i]] for week in sorted(set(adopted.values()))}
    never = [index for index in plan.untreated if whole[index]]
    groups: list[tuple[int | None, list[int]]] = [*by_week.items(), (None, never)]
    cohorts = tuple(_cohort(week, values[members]) for week, members in groups if members)
    checks = _left_out(segments, [index for index in range(len(whole)) if not whole[index]])
    return Look(cohorts, 0, (weeks.switch, weeks.last_day), wait, exposed_at, checks, segments.sql)


def _cohort(week: int | None, values: Floats) -> Cohort:
    mean = values.mean(axis=0)
    return Cohort(week, len(values), mean, (values - mean).T @ (values - mean))


def _left_out(segments: Segments, missing: Sequence[int]) -> tuple[Check, ...]:
    if not missing:
        return ()
    names = ", ".join(segments.names[index] for index in missing[:5])
    return (Check("segments", "warn", f"{len(missing)} segments were not recorded every week: {names}"),)


def _synthetic(case: Case, segments: Segments, plan: _Plan, wait: Needs | None, exposed_at: datetime) -> Finding:
    kept, missing = _recorded(segments, plan)
    if len(kept) < LEAST_UNTREATED:
        told = f"{len(kept)} segments had not got it; {LEAST_UNTREATED} are the least that a comparison can rest on"
        raise StatisticsError(told)
    is_log = case.metric.effect_unit == "percent"
    groups = [_group(segments, plan, day, kept, is_log) for day in sorted(set(plan.dates.values()))]
    share = np.array([len(group.treated) for group in groups]) / len(plan.dates)
    estimate = float(share @ [group.estimate for group in groups])
    placebos = np.asarray(share @ np.array([group.placebos for group in groups]))
    half = student_half_width(placebos)
    baseline = float(share @ [_baseline(group, is_log) for group in groups])
    found = [_in_unit(case, value) for value in (estimate, estimate - half, estimate + half)]
    weights = np.asarray(share @ np.array([group.weights for group in groups]))
    return Finding(
        "staggered",
        closed=wait is None,
        estimate=found[0],
        low=found[1],
        high=found[2],
        baseline=baseline,
        needs=wait,
        checks=(*_checks(case, groups, share, estimate, half, placebos), *_left_out(segments, missing)),
        units={"treated": len(plan.dates), "not_yet": len(kept)},
        window=(groups[0].weeks.switch, max(group.weeks.last_day for group in groups)),
        exposed_at=exposed_at,
        weights={segments.names[index]: float(w) for index, w in zip(kept, weights, strict=True) if w > 0},
        chart=_chart(groups[0], half, is_log) if len(groups) == 1 else None,
        sql=segments.sql,
    )


def _recorded(segments: Segments, plan: _Plan) -> tuple[list[int], list[int]]:
    """Untreated segments recorded in every week that any group looks at, and the others."""
    weeks = [_weeks(segments, plan, day) for day in sorted(set(plan.dates.values()))]
    whole = recorded(np.hstack([weekly(segments, each) for each in weeks]))
    for index in plan.dates:
        if not whole[index]:
            raise StatisticsError(f"`{segments.names[index]}` got it, and was not recorded every week about that day")
    return [i for i in plan.untreated if whole[i]], [i for i in plan.untreated if not whole[i]]


def _weeks(segments: Segments, plan: _Plan, switch: date) -> Weeks:
    weeks = weeks_about(segments, switch, plan.last, WEEKS_BEFORE, plan.horizon)
    if weeks.before < LEAST_WEEKS_BEFORE:
        told = f"{weeks.before} whole weeks of data before {switch}; {LEAST_WEEKS_BEFORE} are the least"
        raise StatisticsError(told)
    if weeks.after < 1:
        raise StatisticsError(f"no whole week of data after {switch}")
    return weeks


def _group(segments: Segments, plan: _Plan, switch: date, kept: Sequence[int], is_log: bool) -> _Group:
    weeks = _weeks(segments, plan, switch)
    treated = tuple(index for index, day in plan.dates.items() if day == switch)
    values = weekly(segments, weeks)[[*treated, *kept]]
    if is_log:
        if not (values > 0).all():
            raise StatisticsError("a relative effect needs every segment to be above zero in every week")
        values = np.log(values)
    found = synthetic(values, list(range(len(treated))), weeks.before, method="sdid")
    return _Group(
        weeks,
        treated,
        values[: len(treated)].mean(axis=0),
        np.asarray(found.counterfactual),
        found.estimate,
        np.asarray(found.weights),
        found.comparable_placebos,
        found.pre_fit_rmse,
    )


def _baseline(group: _Group, is_log: bool) -> float:
    level = float(group.counterfactual[group.weeks.before :].mean())
    return float(np.exp(level)) if is_log else level


def _in_unit(case: Case, effect: float) -> float:
    factors = {"pp": 100.0, "absolute": 1.0}
    unit = case.metric.effect_unit
    return 100 * expm1(effect) if unit == "percent" else factors[unit] * effect


def _checks(
    case: Case, groups: Sequence[_Group], share: Floats, estimate: float, half: float, placebos: Floats
) -> tuple[Check, Check]:
    fit = abs(_in_unit(case, float(share @ [group.pre_fit_rmse for group in groups])))
    told = f"before it the synthetic control was off by {fit:.3g} in a week, where {case.metric.worth} is worth having"
    larger = int((np.abs(placebos) >= abs(estimate)).sum())
    rank = (1 + larger) / (1 + len(placebos))
    seen = f"as large an effect in {larger} of {len(placebos)} untreated"
    is_contradicted = abs(estimate) > half and rank > OFTEN
    return (
        Check("pre_fit", "pass" if fit <= case.metric.worth.value else "warn", told),
        Check("placebo", "block" if is_contradicted else "pass", seen),
    )


def _chart(group: _Group, half: float, is_log: bool) -> SeriesChart:
    """Week by week; the band is that of the mean over the weeks after."""
    before = group.weeks.before
    scale = np.exp if is_log else np.asarray
    nothing: list[float | None] = [None] * before
    expected = group.counterfactual[before:]
    return SeriesChart(
        days=group.weeks.starts,
        observed=tuple(scale(group.observed).tolist()),
        forecast=tuple(scale(group.counterfactual).tolist()),
        low=(*nothing, *scale(expected - half).tolist()),
        high=(*nothing, *scale(expected + half).tolist()),
        switch=group.weeks.switch,
    )
