"""Makers of small nouns, with only what a test cares for said."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.amount import parse_amount
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Series

FIRST_DAY = date(2024, 1, 1)
WEEK = np.array([0, 0.05, 0.04, 0.03, 0, -0.2, -0.25])


def day(index: int) -> datetime:
    """Noon of the day with that index, counted from the first day of the series."""
    return datetime.combine(FIRST_DAY + timedelta(days=index), datetime.min.time(), UTC) + timedelta(hours=12)


def metric(name: str = "exports", worth: str = "5%", **more: Any) -> Metric:
    said: dict[str, Any] = {"kind": "series", "source": "daily", "good": "up", "framed_at": day(-900)} | more
    return Metric(name=name, worth=parse_amount(worth), **said)


def bet(slug: str = "faster-export", **more: Any) -> Bet:
    said: dict[str, Any] = {"metric": "exports", "begun_at": day(0), "framed_at": day(0)} | more
    return Bet(slug=slug, **said)


def release(name: str, index: int, *changes: str, prerelease: bool = False) -> Release:
    return Release(name, "git", "tag", day(index), prerelease=prerelease, changes=changes)


def change(name: str, index: int, message: str = "", **more: Any) -> Change:
    return Change(name, "git", day(index), message.splitlines()[0] if message else name, message, **more)


def link(change_: str, bet_: str) -> Link:
    return Link(change_, bet_, "message")


def noise(rng: np.random.Generator, days: int, sd: float = 0.02) -> NDArray[np.float64]:
    errors = np.zeros(days)
    for index in range(1, days):
        errors[index] = 0.4 * errors[index - 1] + rng.normal() * sd
    return errors


def series(days: int = 400, seed: int = 1, rise_from: int | None = None, rise: float = 0.0, **more: Any) -> Series:
    """A daily count about 150 with a week in it; `rise` is multiplicative, from the day after `rise_from`."""
    log = 5 + WEEK[(np.arange(days) + FIRST_DAY.weekday()) % 7] + noise(np.random.default_rng(seed), days)
    if rise_from is not None:
        log[rise_from + 1 :] += np.log1p(rise)
    return Series(FIRST_DAY, np.exp(log), **more)
