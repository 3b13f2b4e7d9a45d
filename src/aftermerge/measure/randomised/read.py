"""From the arms of a flag to a finding."""

from datetime import date

from aftermerge.errors import StatisticsError
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.measure.randomised.chart import chart_of, slices_chart
from aftermerge.measure.randomised.checks import checks_of, checks_of_assignment, refuse_unnamed
from aftermerge.measure.randomised.needs import needs_of, wait
from aftermerge.measure.randomised.slices import segment_slices, variant_slices
from aftermerge.measure.randomised.trial import Trial, trial_of
from aftermerge.measure.randomised.variants import Pair, pair_of
from aftermerge.model.plan import Arms
from aftermerge.model.readout import Check


def read_arms(case: Case, arms: Arms, today: date) -> Finding:
    """Compare the variants of a flag; every look so far is allowed for."""
    trial = trial_of(case, arms, today)
    try:
        pair = pair_of(case, arms.exposed)
        refuse_unnamed(case.split, (pair.control, pair.treatment))
    except StatisticsError as error:
        return _unnamed(trial, error.what)
    try:
        _refuse_open(trial, pair)
        return _compared(trial, pair, today)
    except StatisticsError as error:
        return Finding(
            "randomised",
            closed=trial.closed,
            failure=error.what,
            needs=wait(trial, today),
            units=dict(arms.exposed),
            exposed_at=arms.first_exposure,
            sql=arms.sql,
        )


def _unnamed(trial: Trial, why: str) -> Finding:
    """Waiting helps nobody to know which variants are meant; what can be compared is shown."""
    slices = variant_slices(trial, None)
    return Finding(
        "randomised",
        closed=trial.closed,
        failure=why,
        checks=_assigned(trial) if slices else (),
        units=dict(trial.arms.exposed),
        exposed_at=trial.arms.first_exposure,
        slices=slices,
        chart=slices_chart(slices),
        sql=trial.arms.sql,
    )


def _assigned(trial: Trial) -> tuple[Check, ...]:
    try:
        return checks_of_assignment(trial, sorted(trial.case.split or trial.arms.exposed))
    except StatisticsError:
        return ()


def _compared(trial: Trial, pair: Pair, today: date) -> Finding:
    arms, looks, found = trial.arms, trial.looks(pair), trial.contrast(pair)
    estimate = trial.in_unit(found.at(looks.critical()))
    slices = (*variant_slices(trial, pair), *segment_slices(trial, pair))
    return Finding(
        design="randomised",
        closed=trial.closed,
        estimate=estimate.estimate,
        low=estimate.low,
        high=estimate.high,
        baseline=trial.baseline(pair),
        needs=None if trial.closed else needs_of(trial, looks, estimate.sd, today),
        checks=checks_of(trial, pair),
        units=dict(arms.exposed),
        window=(arms.days[0].day, arms.days[-1].day) if arms.days else None,
        exposed_at=arms.first_exposure,
        slices=slices,
        chart=chart_of(trial, pair, estimate, slices),
        sql=arms.sql,
    )


def _refuse_open(trial: Trial, pair: Pair) -> None:
    """An experiment that has times has looks: without one there is nothing to be said, whatever the totals hold."""
    total = trial.arms.total
    has_units = any(total[name].n for name in (pair.control, pair.treatment) if name in total)
    has_looks = trial.arms.first_exposure is None or trial.looks(pair).days
    if not (has_units or trial.arms.quantiles) or not has_looks:
        raise StatisticsError(_still_open(trial))


def _still_open(trial: Trial) -> str:
    if trial.is_decided_before_any_window:
        return f"the window of {trial.case.metric.window_days}d ends after the decision"
    return "no unit's window has closed yet"
