"""Events of Harbor's users: ordinary rows of an events table, in which the flags' effects are planted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import Experiment, HarborBet
from aftermerge.demo.metrics import metric
from aftermerge.demo.population import ACTIVITIES, SEQUELS, Enrolment, Floats, Ints, Population, enrol, populate
from aftermerge.demo.timeline import USAGE_DAYS, Calendar

EXPOSURE = "exposure"

_HOUR_WEIGHTS = np.array([1, 1, 1, 1, 2, 5, 12, 22, 30, 32, 30, 26, 22, 24, 27, 28, 26, 22, 17, 13, 9, 6, 4, 2])
_DAY_WEIGHTS = np.array([0.95, 1.0, 1.0, 1.05, 1.25, 1.15, 0.8])
_SEEN_AGAIN = 0.15
_AMOUNT_SIGMA = 0.4


@dataclass(frozen=True, slots=True)
class Trial:
    """One bet's flag among the users. Times are in days since the events began; `decided` ends the decide date."""

    bet: HarborBet
    experiment: Experiment
    enrolment: Enrolment
    decided: float

    def factor_at(self, user: Ints, t: Floats) -> Floats:
        """How the flag multiplies its event for these users at these times, shape (events,)."""
        exposed_at = self.enrolment.exposed_at[user]
        running = self.enrolment.treated[user] & (t >= exposed_at) & (t < self.decided)
        on = running | ((t >= self.decided) & self.experiment.kept)
        return np.where(on, self.experiment.factor, 1.0)


@dataclass(frozen=True, slots=True)
class Events:
    """All rows, in no order. `t` is in days since `start`; `trial` is −1 and `amount` NaN where they do not apply."""

    start: datetime
    names: tuple[str, ...]
    user: Ints
    t: Floats
    event: Ints
    trial: Ints
    treated: Ints
    amount: Floats


@dataclass(frozen=True, slots=True)
class World:
    """The users, the flags that they met, and what they did."""

    people: Population
    trials: tuple[Trial, ...]
    events: Events


def simulate(rng: np.random.Generator, calendar: Calendar) -> World:
    """Let the users live from the first recorded day to the end of yesterday."""
    people = populate(rng)
    trials = tuple(_trial(rng, people, bet, bet.plant, calendar) for bet in BETS if isinstance(bet.plant, Experiment))
    names = (EXPOSURE, *(a.event for a in ACTIVITIES), *(s.event for s in SEQUELS))
    weekday = calendar.day(USAGE_DAYS).weekday()
    parts = _exposures(rng, trials) + _activities(rng, people, trials, names, weekday)
    return World(people, trials, _together(calendar.usage_starts_at, names, parts))


def _trial(
    rng: np.random.Generator, people: Population, bet: HarborBet, experiment: Experiment, calendar: Calendar
) -> Trial:
    starts, decided = _since(calendar, experiment.starts), _since(calendar, bet.decide - 1)
    enrolment = enrol(rng, people, starts, decided - metric(bet.metric).window_days, USAGE_DAYS)
    return Trial(bet, experiment, enrolment, decided)


def _since(calendar: Calendar, age: int) -> float:
    return (calendar.midnight(calendar.day(age)) - calendar.usage_starts_at) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Rows:
    event: int
    user: Ints
    t: Floats
    amount: Floats | float = np.nan
    trial: int = -1
    treated: Ints | int = 0


def _exposures(rng: np.random.Generator, trials: tuple[Trial, ...]) -> list[_Rows]:
    return [_exposures_of(rng, index, trial.enrolment) for index, trial in enumerate(trials)]


def _exposures_of(rng: np.random.Generator, trial: int, enrolment: Enrolment) -> _Rows:
    first = np.flatnonzero(enrolment.exposed)
    again = first[(rng.random(len(first)) < _SEEN_AGAIN) | enrolment.crossed[first]]
    user = np.concatenate([first, again])
    later = np.concatenate([np.zeros(len(first)), rng.uniform(0.01, 6.0, len(again))])
    swapped = enrolment.crossed[user] & (later > 0)
    t = enrolment.exposed_at[user] + later
    past = t < USAGE_DAYS
    treated = (enrolment.treated[user] ^ swapped).astype(np.int64)
    return _Rows(0, user[past], t[past], trial=trial, treated=treated[past])


def _activities(
    rng: np.random.Generator, people: Population, trials: tuple[Trial, ...], names: tuple[str, ...], weekday: int
) -> list[_Rows]:
    rows = []
    for activity in ACTIVITIES:
        user, t = _happen(rng, people.rates[activity.event], weekday)
        user, t = _keep(rng, trials, activity.event, user, t, np.ones(len(user)))
        rows.append(_Rows(names.index(activity.event), user, t, _amounts(rng, activity.amount, len(user))))
        for sequel in (sequel for sequel in SEQUELS if sequel.of == activity.event):
            chance = people.chances[sequel.event][user]
            after = _keep(rng, trials, sequel.event, user, t, chance)
            rows.append(_Rows(names.index(sequel.event), *after))
    return rows


def _happen(rng: np.random.Generator, rate: Floats, weekday: int) -> tuple[Ints, Floats]:
    """A Poisson process for each user, its intensity the same in every week: users and times, shape (events,)."""
    user = np.repeat(np.arange(len(rate)), rng.poisson(rate * USAGE_DAYS))
    weights = np.outer(np.roll(_DAY_WEIGHTS, -weekday), _HOUR_WEIGHTS).ravel()
    hour = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(len(user)), side="right")
    week = rng.integers(0, USAGE_DAYS // 7, len(user))
    return user, week * 7 + (hour + rng.random(len(user))) / 24


def _keep(
    rng: np.random.Generator, trials: tuple[Trial, ...], event: str, user: Ints, t: Floats, chance: Floats
) -> tuple[Ints, Floats]:
    """Thin events to `chance` times whatever the flags on this event do."""
    for trial in (trial for trial in trials if trial.experiment.event == event):
        chance = chance * trial.factor_at(user, t)
    kept = rng.random(len(user)) < chance
    return user[kept], t[kept]


def _amounts(rng: np.random.Generator, mean: float | None, n: int) -> Floats | float:
    if mean is None:
        return np.nan
    return np.round(mean * np.exp(rng.normal(-(_AMOUNT_SIGMA**2) / 2, _AMOUNT_SIGMA, n)), 2)


def _together(start: datetime, names: tuple[str, ...], parts: list[_Rows]) -> Events:
    sizes = [len(part.user) for part in parts]
    return Events(
        start=start,
        names=names,
        user=np.concatenate([part.user for part in parts]),
        t=np.concatenate([part.t for part in parts]),
        event=np.repeat([part.event for part in parts], sizes),
        trial=np.repeat([part.trial for part in parts], sizes),
        treated=np.concatenate([np.broadcast_to(part.treated, part.user.shape) for part in parts]),
        amount=np.concatenate([np.broadcast_to(part.amount, part.user.shape) for part in parts]),
    )


def active_users(world: World, calendar: Calendar) -> Ints:
    """Distinct users by local day, oldest first, shape (days,); the last is yesterday."""
    days, users = USAGE_DAYS, world.people.users
    edges = [_since(calendar, days - i) for i in range(days)]
    day = np.maximum(np.searchsorted(edges, world.events.t, side="right") - 1, 0)
    seen = np.zeros(days * users, dtype=np.bool_)
    seen[day * users + world.events.user] = True
    return np.bincount(np.flatnonzero(seen) // users, minlength=days)
