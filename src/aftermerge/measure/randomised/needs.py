"""What is still missing until an experiment could be answered."""

import math
from datetime import date, timedelta

from aftermerge.measure.randomised.looks import PLANNED_UNITS, Looks
from aftermerge.measure.randomised.trial import DAYS_TO_COME_IN, Trial
from aftermerge.model.readout import Needs
from aftermerge.stats.sequential import confidence_sequence_critical

AT_THE_HORIZON = 2.14
"""What 28 daily looks leave as the critical value at the declared horizon."""
PATIENCE_DAYS = 90
"""Where no horizon was declared, waiting longer than this is no answer."""
PACE_DAYS = 28
"""How fast units come is seen on this many days up to today."""


def wait(trial: Trial, today: date) -> Needs | None:
    """Days until the first unit's window closes, or until the decision; None where nothing is on its way."""
    case, first = trial.case, trial.arms.first_exposure
    if trial.closed or trial.is_decided_before_any_window:
        return None
    if first and not trial.arms.days:
        days = (first.date() + timedelta(days=case.metric.window_days) - today).days
        return Needs(max(days, 1), None) if days > -PACE_DAYS else None
    if case.decide is not None:
        return Needs(_days_left(case.decide, today), None)
    return Needs(None, None) if _recently_closed(trial, today) else None


def needs_of(trial: Trial, looks: Looks, sd: float, today: date) -> Needs | None:
    """Units and days until the interval is as narrow as the effect worth having, None when that is too long.

    Where the units are there and only looks so early are too costly, the days until the decision are what is needed;
    from the decision on, those until data had time to come in. `sd` is in the readout's unit.
    """
    decide, entered = trial.case.decide, looks.units[-1]
    if decide is not None and today >= decide:
        return Needs(_days_left(decide, today), None)
    critical = AT_THE_HORIZON if decide else confidence_sequence_critical(entered, PLANNED_UNITS)
    wanted = entered * (critical * sd / trial.case.metric.worth.value) ** 2
    more = math.ceil(max(wanted - entered, 0))
    left = (decide - today).days if decide else PATIENCE_DAYS
    days_more = _days_for(more, looks, today) if more else left
    return Needs(days_more, more or None) if days_more is not None and 0 < days_more <= left else None


def _days_left(decide: date, today: date) -> int:
    """Until the decision; on its day and after it, until the experiment is closed."""
    if today < decide:
        return (decide - today).days
    return max((decide - today).days + DAYS_TO_COME_IN + 1, 1)


def _days_for(units: int, looks: Looks, today: date) -> int | None:
    """At the pace of the last days up to today, whether or not windows closed on them; None where none did."""
    until = max(today, looks.days[-1])
    since = max(until - timedelta(days=PACE_DAYS), looks.days[0] - timedelta(days=1))
    before = max((n for day, n in zip(looks.days, looks.units, strict=True) if day <= since), default=0)
    a_day = (looks.units[-1] - before) / (until - since).days
    return math.ceil(units / a_day) if a_day > 0 else None


def _recently_closed(trial: Trial, today: date) -> bool:
    return bool(trial.arms.days) and (today - trial.arms.days[-1].day).days < PACE_DAYS
