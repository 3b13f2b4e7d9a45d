"""What was planted: the answer that no real company ever gets to see."""

from dataclasses import dataclass

import numpy as np

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import Experiment, HarborBet, Relief, Shift
from aftermerge.demo.metrics import MetricSpec, metric, named_by
from aftermerge.demo.population import SEQUELS, Enrolment, Floats, Ints, Population
from aftermerge.demo.timeline import USAGE_DAYS
from aftermerge.demo.usage import Trial, World
from aftermerge.model.amount import Unit


@dataclass(frozen=True, slots=True)
class PlantedEffect:
    """The true effect of one bet on one metric, treatment − control, in `unit`; 0.0 where nothing was planted."""

    bet: str
    metric: str
    effect: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class Truth:
    """Every effect of a bet that has shipped, on each metric that it names, in the order of framing."""

    effects: tuple[PlantedEffect, ...]


def truth_of(world: World) -> Truth:
    """Compute each effect in its metric's own definition: an expectation over the users who were measured."""
    return Truth(
        tuple(
            PlantedEffect(bet.slug, name, round(_effect(world, bet, metric(name)), 6), metric(name).unit)
            for bet in BETS
            if bet.released is not None
            for name in named_by(bet)
        )
    )


def _effect(world: World, bet: HarborBet, spec: MetricSpec) -> float:
    match bet.plant:
        case Experiment(event=event, factor=factor):
            trial = next(trial for trial in world.trials if trial.bet is bet)
            moved = event in dict(spec.reads).values() and factor != 1.0
            return _arms(world.people, trial, spec) if moved else 0.0
        case Shift(factor=factor) | Relief(factor=factor) if spec.name == bet.metric:
            return 100 * (factor - 1)
    return 0.0


def _arms(people: Population, trial: Trial, spec: MetricSpec) -> float:
    """Treatment − control over the units whose window has closed: pp for shares and ratios, else percent."""
    factor, event = trial.experiment.factor, trial.experiment.event
    units = _measured(trial.enrolment, spec.window_days)
    rate = people.rate(event)[units]
    if spec.kind == "share":
        return 100 * float(np.mean(_share(rate * factor, spec) - _share(rate, spec)))
    if spec.kind == "ratio":
        of = next(sequel.of for sequel in SEQUELS if sequel.event == event)
        return 100 * (factor - 1) * float(rate.sum() / people.rate(of)[units].sum())
    return 100 * (factor - 1)


def _measured(enrolment: Enrolment, window_days: int) -> Ints:
    closed = enrolment.exposed_at + window_days <= USAGE_DAYS
    return np.flatnonzero(closed & ~enrolment.crossed)


def _share(rate: Floats, spec: MetricSpec) -> Floats:
    """The chance of at least one event in the window, by user."""
    return 1 - np.exp(-rate * spec.window_days)
