"""What "the same answer" means between engines: counts, days and words exactly, real numbers to 1e-9 of their noise."""

from collections.abc import Mapping
from math import sqrt
from typing import Any

import numpy as np

from aftermerge.model.plan import Answers, Arms, Rollout, Segments, Series
from aftermerge.stats.moments import Moments

CLOSE = 1e-9


def same_answer(found: Answers, expected: Answers, key: str) -> None:
    """Both say the same about one question, or both can't say anything."""
    assert key not in found.failed or key in expected.failed, found.failed[key]
    assert key not in expected.failed or key in found.failed, expected.failed[key]
    _each(_same_series, found.series, expected.series, key)
    _each(_same_arms, found.arms, expected.arms, key)
    _each(_same_rollout, found.rollouts, expected.rollouts, key)
    _each(_same_segments, found.segments, expected.segments, key)


def _each(same: Any, found: Mapping[str, Any], expected: Mapping[str, Any], key: str) -> None:
    assert (key in found) == (key in expected)
    if key in found:
        same(found[key], expected[key])


def _same_series(found: Series, expected: Series) -> None:
    assert found.first_day == expected.first_day
    _same_days(found.values, expected.values)
    _same_volumes(found.volume, expected.volume)
    assert list(found.controls) == list(expected.controls)
    assert found.excluded_controls == expected.excluded_controls
    for name, values in expected.controls.items():
        _same_days(found.controls[name], values)


def _same_segments(found: Segments, expected: Segments) -> None:
    assert (found.first_day, found.names) == (expected.first_day, expected.names)
    _same_days(found.values, expected.values)
    _same_volumes(found.volumes, expected.volumes)


def _same_volumes(found: Any, expected: Any) -> None:
    assert (found is None) == (expected is None)
    if found is not None:
        np.testing.assert_array_equal(found, expected)


def _same_days(found: Any, expected: Any) -> None:
    """Whole numbers are counts, and counts are equal."""
    assert found.shape == expected.shape
    whole = expected == np.round(expected)
    np.testing.assert_array_equal(found[whole], expected[whole])
    np.testing.assert_allclose(found, expected, rtol=CLOSE, atol=0, equal_nan=True)


def _same_arms(found: Arms, expected: Arms) -> None:
    assert (found.exposed, found.crossed) == (expected.exposed, expected.crossed)
    assert (found.first_exposure, found.last_exposure) == (expected.first_exposure, expected.last_exposure)
    assert (found.largest, found.smallest) == (expected.largest, expected.smallest)
    assert found.quantiles == expected.quantiles
    assert [look.day for look in found.days] == [look.day for look in expected.days]
    _same_groups(found.total, expected.total)
    assert list(found.segments) == list(expected.segments)
    for segment, groups in expected.segments.items():
        _same_groups(found.segments[segment], groups)
    for look, other in zip(found.days, expected.days, strict=True):
        _same_groups(look.arms, other.arms)


def _same_groups(found: Mapping[str, Moments], expected: Mapping[str, Moments]) -> None:
    assert list(found) == list(expected)
    for variant, moments in expected.items():
        _same_moments(found[variant], moments)


def _same_moments(found: Moments, expected: Moments) -> None:
    """Means to 1e-9 of their standard error, centred products to 1e-9 of what the two variables spread."""
    assert found.n == expected.n
    spread = {part: getattr(expected, f"ss_{part}") for part in "ydxw"}
    for name in Moments.__slots__:
        one, other = getattr(found, name), getattr(expected, name)
        part = name[-1]
        if name.startswith("mean_"):
            allowed = CLOSE * sqrt(spread[part]) / max(expected.n, 1)
        else:
            allowed = CLOSE * sqrt(spread.get(name[-2], spread[part]) * spread[part]) if name != "n" else 0.0
        rounding = 1e-15 * abs(other)
        assert abs(one - other) <= allowed + rounding, f"{name}: {one!r} is not {other!r}"


def _same_rollout(found: Rollout, expected: Rollout) -> None:
    names = ("first_day", "period_days", "begun", "wanted", "left_out")
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]
    assert [(c.adopted, c.n) for c in found.cohorts] == [(c.adopted, c.n) for c in expected.cohorts]
    for one, other in zip(found.cohorts, expected.cohorts, strict=True):
        deviation = np.sqrt(np.diag(other.cross))
        assert (np.abs(one.mean - other.mean) <= CLOSE * deviation / other.n + 1e-15 * np.abs(other.mean)).all()
        assert (np.abs(one.cross - other.cross) <= CLOSE * np.outer(deviation, deviation) + 1e-15).all()
