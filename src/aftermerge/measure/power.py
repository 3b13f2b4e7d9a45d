"""Could it ever be seen? The smallest effect that a metric's own past, or an earlier experiment, would let through."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo

import numpy as np

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.measure.arms_power import ArmsPower
from aftermerge.measure.calendar import calendar_of
from aftermerge.measure.case import cases_of
from aftermerge.measure.past_power import BY_FLAG, PastPower
from aftermerge.model.amount import Amount
from aftermerge.model.bet import Bet
from aftermerge.model.feasibility import Feasibility, Recent, Visible
from aftermerge.model.metric import FEEDBACK_RATE, Metric
from aftermerge.model.plan import ArmsQuestion, Plan, Series, SeriesQuestion
from aftermerge.model.table import EventsTable, UnitsTable, UsageTable
from aftermerge.ports import Knowledge, Usage
from aftermerge.stats.power import soonest

DAYS = (7, 14, 28, 56, 84)
RECENT_DAYS = 28


@dataclass(frozen=True, slots=True)
class PowerRequest:
    """Days are counted in `timezone`, without `holidays`. `days` is the horizon, `effect` what is sought."""

    timezone: tzinfo
    metric: str
    days: int | None = None
    effect: Amount | None = None
    holidays: Container[date] = ()


def feasibility(request: PowerRequest, ledger: Knowledge, usage: Usage) -> Feasibility:
    """The smallest effect that would be seen, by days after the change, and when the effect that is sought would be.

    Raises:
        UnknownIdError: there is no such metric.
        InputError: the effect is in another unit than the metric's, or it is nought.
    """
    metric = _metric(request.metric, ledger.metrics())
    effect = _effect(metric, request.effect)
    days = _days(request.days)
    plan = _plan(metric, ledger.bets(), usage.tables())
    answers, releases = usage.answer(plan), ledger.releases()
    cases = cases_of(ledger.bets(), ledger.metrics(), releases, ledger.links(), ledger.changes())
    calendar = calendar_of(cases, releases, request.timezone)
    by_days = PastPower.of(metric, answers, calendar, days, request.holidays)
    by_arms = ArmsPower.of(metric, plan, answers, cases)
    return Feasibility(
        metric=metric.name,
        title=metric.title,
        good=metric.good,
        effect=effect,
        visible=tuple(Visible(day, by_days.effect_at(day), by_arms.effect_at(day)) for day in days),
        seen_after_days={
            "before_after": soonest(by_days.found, effect.value),
            "randomised": by_arms.days_for(effect.value, days[-1]),
        },
        past_dates=max((item.dates for item in by_days.found), default=0),
        arms_a_day=by_arms.arms_a_day,
        flag=by_arms.flag,
        is_shortened=days[-1] < DAYS[-1],
        unknown=tuple(reason for reason in (by_days.unknown, by_arms.unknown) if reason),
        recent=_recent(answers.series.get(SeriesQuestion(metric).key)),
    )


def _recent(series: Series | None) -> Recent | None:
    if series is None or not np.isfinite(series.values).any():
        return None
    recorded = np.flatnonzero(np.isfinite(series.values))
    day = series.first_day + timedelta(days=int(recorded[-1]))
    return Recent(float(series.values[recorded[-RECENT_DAYS:]].mean()), day)


def _metric(name: str, metrics: Sequence[Metric]) -> Metric:
    known = {known: metric for metric in (FEEDBACK_RATE, *metrics) for known in (metric.name, *metric.was)}
    if name not in known:
        raise UnknownIdError(f"there is no metric `{name}`", then=nearest(name, sorted(known)))
    return known[name]


def _effect(metric: Metric, wanted: Amount | None) -> Amount:
    found = metric.worth if wanted is None else replace(wanted, value=abs(wanted.value))
    if found.unit != metric.effect_unit:
        like = f"write it like its smallest effect worth having, `{metric.worth}`"
        raise InputError(f"`{found}` is not in the unit of `{metric.name}`", then=like)
    if not found.value > 0:
        raise InputError("an effect of nought can't be seen", then=f"write it like `{metric.worth}`")
    return found


def _days(horizon: int | None) -> tuple[int, ...]:
    if horizon is None:
        return DAYS
    return (*(day for day in DAYS if day < horizon), horizon)


def _plan(metric: Metric, bets: Sequence[Bet], tables: Sequence[UsageTable]) -> Plan:
    """The metric by day, and in every experiment that its table knows."""
    table = next((table for table in tables if table.name == metric.source), None)
    if isinstance(table, UnitsTable):
        return Plan((ArmsQuestion(metric, table.flag),))
    flags = sorted({bet.flag for bet in bets if bet.flag}) if isinstance(table, EventsTable) else []
    by_days = () if metric.kind in BY_FLAG else (SeriesQuestion(metric),)
    return Plan((*by_days, *(ArmsQuestion(metric, flag) for flag in flags)))
