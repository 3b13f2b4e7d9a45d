"""The columns of a daily regression, and the days that can bear them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]
Days = NDArray[np.int64]

LEAST_DAYS_BEFORE = 28
WEEK = 7
LARGEST = 1e150
"""Beyond this a square is no number any more."""


def values_of(y: ArrayLike) -> Floats:
    """
    Raises:
        StatisticsError: an infinite value.
    """
    values = np.asarray(y, dtype=np.float64)
    if np.isinf(values).any():
        raise StatisticsError("the series holds an infinite value")
    if (np.abs(values) > LARGEST).any():
        raise StatisticsError("the series holds a value that is too large to be squared")
    return values


def refuse_unusable(values: Floats, before: Days) -> None:
    """
    Raises:
        StatisticsError: too few days before the change, or all of them alike.
    """
    if len(before) < LEAST_DAYS_BEFORE:
        raise StatisticsError(f"{len(before)} days before the change; {LEAST_DAYS_BEFORE} are the least")
    if np.ptp(values[before]) <= 1e-12 * max(1.0, abs(float(values[before].mean()))):
        raise StatisticsError("the series does not vary before the change")


def design_of(
    days: int,
    before: Days,
    used: Days,
    weekday: ArrayLike | None,
    controls: ArrayLike | None,
    season: ArrayLike | None = None,
) -> tuple[Floats, int]:
    """Columns: level, trend, contrasts of the week's days, controls, what these share, season. (days, columns).

    And how many of them, the first, the calendar alone decides.

    Raises:
        StatisticsError: a control is missing on a used day, or there are more columns than the days can bear.
    """
    middle, span = before.mean(), max(float(np.ptp(before)), 1.0)
    columns = [np.ones((days, 1)), ((np.arange(days) - middle) / span)[:, None]]
    if weekday is not None and len(before) >= 21:
        index = np.asarray(weekday, dtype=np.int64)[:, None]
        open_days = np.unique(index[before])
        columns.append((index == open_days[:-1]).astype(float) - (index == open_days[-1]))
    calendar = sum(column.shape[1] for column in columns)
    if controls is not None:
        own = _standardised(np.asarray(controls, dtype=np.float64).reshape(days, -1), before, used)
        columns += [own, _shared(own, before, weekday)] if own.shape[1] else []
    if season is not None:
        columns.append(_standardised(np.asarray(season, dtype=np.float64).reshape(days, -1), before, used))
    design = np.hstack(columns)
    if design.shape[1] + 10 > len(before):
        raise StatisticsError(f"{design.shape[1]} columns are too many for {len(before)} days")
    return design, calendar


def _standardised(controls: Floats, before: Days, used: Days) -> Floats:
    """Controls that vary before the switch, each with mean 0 and standard deviation 1 there."""
    if not np.isfinite(controls[used]).all():
        raise StatisticsError("a control is missing on a day on which the series is not")
    scale = controls[before].std(axis=0)
    kept = controls[:, scale > 1e-12 * np.maximum(1.0, np.abs(controls[before]).max(axis=0, initial=0.0))]
    return _filled((kept - kept[before].mean(axis=0)) / kept[before].std(axis=0))


def _filled(columns: Floats) -> Floats:
    """Days without a value lie on the line between their neighbours; no model rests on them."""
    index = np.arange(len(columns))
    known = np.isfinite(columns)
    if known.all():
        return columns
    filled = [np.interp(index, index[k], c[k]) for c, k in zip(columns.T, known.T, strict=True)]
    return np.column_stack(filled) if filled else columns


def _shared(controls: Floats, before: Days, weekday: ArrayLike | None) -> Floats:
    """What the controls have in common, smoothed over a week, (days, 1).

    What each control has of its own hides, in the short run, how the outcome follows what they share in the long run:
    the coefficient is drawn to zero. The smoothed mean has little of its own left.
    """
    plain = controls
    if weekday is not None:
        belongs = (np.asarray(weekday)[:, None] == np.arange(WEEK)).astype(np.float64)
        count = np.maximum(belongs[before].sum(axis=0), 1.0)
        plain = controls - belongs @ (belongs[before].T @ controls[before] / count[:, None])
    sign = np.where(plain[before].T @ plain[before, 0] < 0, -1.0, 1.0)
    mean = (plain * sign / np.maximum(plain[before].std(axis=0), 1e-12)).mean(axis=1)
    week = np.ones(WEEK)
    smooth = np.convolve(mean, week, "same") / np.convolve(np.ones(len(mean)), week, "same")
    return np.asarray(smooth[:, None])
