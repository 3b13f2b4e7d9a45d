"""Simulated organisations: each works its loops off in stages, one of which is short of hands. The truth is known.

Written, with its seeds, before the method that is judged by it. Loops arrive at random and pass five stations, each
with a few slots: framing, building, deploying, measuring, telling. Between them lie delays that no hand shortens: the
release train, the rollout, the window of the metric, the customer's answer. Reviews and verdicts send some work back,
other work that serves no bet takes slots too, and some teams take what is urgent first; stamps show nothing of these
three. Blind spot: nobody is in two stations at once, nobody is ill, and nobody's organisation is any of these.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Literal

import numpy as np
import simpy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pattern = Literal["none", "at random", "by stage"]

SEEDS = range(20260301, 20260801)
"""Of the 500 organisations."""
STAGES = ("heard", "framed", "building", "merged", "deployed", "exposed", "measured", "told", "confirmed")
STATIONS = ("framed", "building", "deployed", "measured", "told")
"""Where hands are needed; the station of building takes a loop from framed to merged."""
DAYS = 730
MISSING = 0.3
"""The share of stamps that are dropped."""
_SLOTS = {"framed": 3, "building": 8, "deployed": 3, "measured": 3, "told": 4}
_MOST_PASSES = 6


@dataclass(frozen=True, slots=True)
class Station:
    """`effort_days` is the mean time by the calendar that a slot is taken; `other` jobs a day serve no bet."""

    slots: int
    effort_days: float
    effort_cv: float
    other: float

    @property
    def relieved(self) -> "Station":
        """With half as many slots again, at least one."""
        return replace(self, slots=self.slots + ceil(self.slots / 2))


@dataclass(frozen=True, slots=True)
class Organisation:
    """`train_days` lie between two release trains, 0: none; `rework` is the share that reviews and verdicts return."""

    seed: int
    arrivals: float
    growth: float
    stations: Mapping[str, Station]
    train_days: float
    rollout_days: float
    window_days: float
    reply_days: float
    returned_by_review: float
    returned_by_verdict: float
    takes_urgent_first: bool

    def with_relieved(self, station: str) -> "Organisation":
        return replace(self, stations={**self.stations, station: self.stations[station].relieved})


def organisation(seed: int) -> Organisation:
    rng = np.random.default_rng(seed)
    arrivals = float(np.exp(rng.uniform(np.log(0.4), np.log(3.0)))) / 7
    by_review, by_verdict = float(rng.uniform(0, 0.3)), float(rng.uniform(0, 0.2))
    short = STATIONS[rng.integers(len(STATIONS))]
    visits = {name: 1 / (1 - by_verdict) if name in ("building", "deployed", "measured") else 1.0 for name in STATIONS}
    visits["building"] /= 1 - by_review
    stations = {}
    for name in STATIONS:
        load = rng.uniform(0.85, 1.15) if name == short else rng.uniform(0.3, 0.85)
        stations[name] = _station(rng, name, float(load), arrivals * visits[name])
    return Organisation(
        seed=seed,
        arrivals=arrivals,
        growth=float(rng.uniform(-0.3, 0.6)),
        stations=stations,
        train_days=float(rng.choice([0, 0, 7, 14, 30])),
        rollout_days=float(rng.choice([0, 3, 7, 14])),
        window_days=float(rng.choice([7, 14, 28])),
        reply_days=float(rng.uniform(2, 30)),
        returned_by_review=by_review,
        returned_by_verdict=by_verdict,
        takes_urgent_first=bool(rng.random() < 0.5),
    )


def _station(rng: np.random.Generator, name: str, load: float, asked: float) -> Station:
    """Its effort follows from how much it is asked for, and how much of its time that takes."""
    slots, share = int(rng.integers(1, _SLOTS[name] + 1)), float(rng.uniform(0, 0.4))
    other = asked * share / (1 - share)
    return Station(slots, load * slots / (asked + other), float(rng.uniform(0.5, 1.5)), other)


def stamps(organisation: Organisation) -> Floats:
    """When each loop reached each stage, in days, (loops, stages). All that arrive are worked off."""
    return _Run(organisation).stamps()


def seen(truth: Floats) -> Floats:
    """What is known on the last day: later stamps are not there yet, nor loops that nobody had heard of."""
    known = truth[truth[:, 0] <= DAYS]
    return np.where(known <= DAYS, known, np.nan)


def thinned(known: Floats, pattern: Pattern, seed: int) -> Floats:
    """With 30% of the stamps dropped: each by chance; or by stage, most of some and few of others."""
    if pattern == "none":
        return known
    rng = np.random.default_rng((seed, 7))
    shares = rng.beta(0.5, 0.5 * (1 - MISSING) / MISSING, known.shape[1]) if pattern == "by stage" else MISSING
    return np.where(rng.random(known.shape) < shares, np.nan, known)


def lead_days(truth: Floats) -> float:
    """From heard to told, over the loops that arrive in the days that are seen."""
    counted = truth[truth[:, 0] <= DAYS]
    return float((counted[:, STAGES.index("told")] - counted[:, 0]).mean())


def gains(organisation: Organisation) -> dict[str, float]:
    """For each station, the share by which its relief shortens the loops of the same days; the same efforts fall."""
    base = lead_days(stamps(organisation))
    return {name: 1 - lead_days(stamps(organisation.with_relieved(name))) / base for name in STATIONS}


class _Run:
    """One history. Efforts are drawn by loop, station and pass, so that they stay the same when slots are added."""

    def __init__(self, organisation: Organisation) -> None:
        self._its = organisation
        self._arrivals = _arrivals(organisation)
        rng = np.random.default_rng((organisation.seed, 1))
        loops = len(self._arrivals)
        self._efforts = {name: _efforts(rng, organisation.stations[name], (loops, _MOST_PASSES)) for name in STATIONS}
        self._returned = rng.random((loops, 2, _MOST_PASSES))
        self._urgency = rng.integers(0, 3, loops) if organisation.takes_urgent_first else np.zeros(loops)
        self._rollouts = organisation.rollout_days * rng.uniform(0.5, 1.5, loops)
        self._replies = rng.exponential(organisation.reply_days, loops)

    def stamps(self) -> Floats:
        env = simpy.Environment()
        found = np.full((len(self._arrivals), len(STAGES)), np.nan)
        slots = {name: simpy.PriorityResource(env, station.slots) for name, station in self._its.stations.items()}
        for number, name in enumerate(STATIONS):
            env.process(self._other(env, slots[name], self._its.stations[name], number))
        loops = [env.process(self._loop(env, slots, loop, found[loop])) for loop in range(len(found))]
        env.run(until=simpy.AllOf(env, loops))
        return found

    def _loop(self, env: Any, slots: Mapping[str, Any], loop: int, row: Floats) -> Generator[Any, Any, Any]:
        def reach(stage: str) -> None:
            at = STAGES.index(stage)
            row[at] = env.now if np.isnan(row[at]) else row[at]

        yield env.timeout(self._arrivals[loop])
        reach("heard")
        yield from self._serve(env, slots, "framed", loop, 0)
        reach("framed")
        builds = 0
        for attempt in range(_MOST_PASSES):
            builds = yield from self._build(env, slots, loop, builds, reach)
            reach("merged")
            yield from self._serve(env, slots, "deployed", loop, attempt)
            if self._its.train_days:
                yield env.timeout(-env.now % self._its.train_days)
            reach("deployed")
            yield env.timeout(self._rollouts[loop])
            reach("exposed")
            yield env.timeout(self._its.window_days)
            yield from self._serve(env, slots, "measured", loop, attempt)
            reach("measured")
            if self._returned[loop, 1, attempt] >= self._its.returned_by_verdict:
                break
        yield from self._serve(env, slots, "told", loop, 0)
        reach("told")
        yield env.timeout(self._replies[loop])
        reach("confirmed")

    def _build(self, env: Any, slots: Mapping[str, Any], loop: int, builds: int, reach: Any) -> Any:
        """Until a review lets it pass; the slot is asked for anew each time. How many builds there were."""
        while True:
            begun = min(builds, _MOST_PASSES - 1)
            yield from self._serve(env, slots, "building", loop, begun, reach)
            builds += 1
            if builds >= _MOST_PASSES or self._returned[loop, 0, begun] >= self._its.returned_by_review:
                return builds

    def _serve(
        self, env: Any, slots: Mapping[str, Any], name: str, loop: int, pass_: int, reach: Any = None
    ) -> Generator[Any, Any, Any]:
        with slots[name].request(priority=self._urgency[loop]) as asked:
            yield asked
            if reach:
                reach(name)
            yield env.timeout(self._efforts[name][loop, pass_])

    def _other(self, env: Any, slots: Any, station: Station, number: int) -> Generator[Any, Any, Any]:
        """Jobs that serve no bet, one after another, until the last loop is through."""
        rng = np.random.default_rng((self._its.seed, 2, number))
        while station.other:
            yield env.timeout(rng.exponential(1 / station.other))
            effort, urgency = _efforts(rng, station, ()), int(rng.integers(0, 3)) * self._its.takes_urgent_first
            env.process(_take(env, slots, float(effort), urgency))


def _take(env: Any, slots: Any, effort: float, urgency: int) -> Generator[Any, Any, Any]:
    with slots.request(priority=urgency) as asked:
        yield asked
        yield env.timeout(effort)


def _arrivals(organisation: Organisation) -> Floats:
    """At random, with a rate that grows or falls over the days seen; half as long again, so that the last queue."""
    rng = np.random.default_rng((organisation.seed, 3))
    span = 1.5 * DAYS
    most = organisation.arrivals * (1 + abs(organisation.growth))
    at = np.sort(rng.uniform(0, span, rng.poisson(most * span)))
    rate = organisation.arrivals * (1 + organisation.growth * (np.minimum(at / DAYS, 1) - 0.5))
    return np.asarray(at[rng.random(len(at)) * most < rate])


def _efforts(rng: np.random.Generator, station: Station, shape: tuple[int, ...]) -> Floats:
    """Lognormal."""
    variance = np.log1p(station.effort_cv**2)
    drawn = np.exp(rng.normal(np.log(station.effort_days) - variance / 2, np.sqrt(variance), shape))
    return np.asarray(drawn)
