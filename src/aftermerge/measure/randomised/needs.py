"""What is still missing until an experiment could be answered."""

import math
from datetime import date, timedelta

from aftermerge.measure.randomised.looks import PLANNED_UNITS, Looks
from aftermerge.measure.randomised.trial import Trial
from aftermerge.model.readout import Needs
from aftermerge.stats.sequential import confidence_sequence_critical

AT_THE_HORIZON = 2.14
"""What 28 daily looks leave as the critical value at the declared horizon."""
PATIENCE_DAYS = 90
"""Where no horizon was declared, waiting longer than this is no answer."""


def wait(trial: Trial, today: date) -> Needs:
    """Days until the first unit's window closes, or until the decision."""
    case, first = trial.case, trial.arms.first_exposure
    end = first.date() + timedelta(days=case.metric.window_days) if first and not trial.arms.days else case.decide
    return Needs(max((end - today).days, 1) if end else None, None)


def needs_of(trial: Trial, looks: Looks, sd: float, today: date) -> Needs | None:
    """Units and days until the interval is as narrow as the effect worth having, None when that is too long.

    Where the units are there and only looks so early are too costly, the days until the decision are what is needed.
    `sd` is in the readout's unit.
    """
    decide, entered = trial.case.decide, looks.units[-1]
    days = (looks.days[-1] - looks.days[0]).days + 1
    critical = AT_THE_HORIZON if decide else confidence_sequence_critical(entered, PLANNED_UNITS)
    wanted = entered * (critical * sd / trial.case.metric.worth.value) ** 2
    more = math.ceil(max(wanted - entered, 0))
    left = max((decide - today).days if decide else PATIENCE_DAYS, 0)
    days_more = math.ceil(more / (entered / days)) or left
    return Needs(days_more, more or None) if 0 < days_more <= left else None
