"""What all harbours together do in a day: sister rows that share the weather, the week and the season."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import HarborBet, Shift
from aftermerge.demo.population import Floats
from aftermerge.demo.timeline import SERIES_DAYS, Calendar

SISTERS = (
    "arrivals",
    "departures",
    "crane-bookings",
    "customs-forms",
    "fuel-orders",
    "mooring-changes",
    "pilotage-requests",
    "visitor-passes",
    "waste-pickups",
    "water-orders",
)
SHIFTED = tuple(bet.plant.row for bet in BETS if isinstance(bet.plant, Shift))
ROWS = (*SISTERS, *SHIFTED)

_WEEK = np.array([-0.06, -0.05, -0.03, 0.0, 0.10, 0.12, -0.08])
_MIDSUMMER = 196
_SHOCK_SD, _SHOCK_AR = 0.05, 0.7
_STORMS_A_YEAR, _STORM_DEPTH = 9, 0.25
_OWN_SD, _OWN_AR = 0.010, 0.3
_WALK_SD = 0.0005


@dataclass(frozen=True, slots=True)
class DailySeries:
    """Daily counts, `values` of shape (days, rows)."""

    first_day: date
    rows: tuple[str, ...]
    values: Floats


def simulate(rng: np.random.Generator, calendar: Calendar) -> DailySeries:
    """Two years of days that end with yesterday; the planted shifts are exact factors on the expectation."""
    first_day = calendar.day(SERIES_DAYS)
    days = [first_day + timedelta(days=i) for i in range(SERIES_DAYS)]
    log_mean = _level(rng) + _season(rng, days) + _shared(rng) + _own(rng) + _planted(calendar, days)
    return DailySeries(first_day, ROWS, rng.poisson(np.exp(log_mean)).astype(np.float64))


def _level(rng: np.random.Generator) -> Floats:
    return np.log(rng.uniform(4000, 14_000, len(ROWS)))


def _season(rng: np.random.Generator, days: list[date]) -> Floats:
    """The year, the week and a slow growth, each row its own shade of them, shape (days, rows)."""
    year = np.cos(2 * np.pi * (np.array([d.timetuple().tm_yday for d in days]) - _MIDSUMMER) / 365.25)
    week = _WEEK[[d.weekday() for d in days]]
    growth = np.arange(len(days)) / 365.25
    shades = rng.uniform([[0.24], [0.8], [0.0]], [[0.28], [1.2], [0.06]], (3, len(ROWS)))
    return np.column_stack([year, week, growth]) @ shades


def _shared(rng: np.random.Generator) -> Floats:
    """Weather that every row feels, some more than others, shape (days, rows)."""
    weather = _autoregressive(rng, (SERIES_DAYS, 1), _SHOCK_AR, _SHOCK_SD)
    storms = rng.random((SERIES_DAYS, 1)) < _STORMS_A_YEAR / 365.25
    return (weather - _STORM_DEPTH * storms) * rng.uniform(0.8, 1.2, len(ROWS))


def _own(rng: np.random.Generator) -> Floats:
    shape = (SERIES_DAYS, len(ROWS))
    walk = np.cumsum(rng.normal(0, _WALK_SD, shape), axis=0)
    return walk + _autoregressive(rng, shape, _OWN_AR, _OWN_SD)


def _autoregressive(rng: np.random.Generator, shape: tuple[int, int], phi: float, sd: float) -> Floats:
    """AR(1) down the days with that marginal standard deviation."""
    path = rng.normal(0, sd, shape)
    for day in range(1, shape[0]):
        path[day] = phi * path[day - 1] + np.sqrt(1 - phi**2) * path[day]
    return path


def _planted(calendar: Calendar, days: list[date]) -> Floats:
    effect = np.zeros((len(days), len(ROWS)))
    for bet in BETS:
        if isinstance(bet.plant, Shift):
            effect[:, ROWS.index(bet.plant.row)] = np.log(bet.plant.factor) * _after(bet, calendar, days)
    return effect


def _after(bet: HarborBet, calendar: Calendar, days: list[date]) -> Floats:
    """1.0 on days after the bet's release, 0.0 before and on the day itself, shape (days,)."""
    released = calendar.workday(bet.released) if bet.released is not None else calendar.today
    return np.array([day > released for day in days], dtype=np.float64)
