"""A change that units got at different times: difference-in-differences against those who had not got it yet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from aftermerge.errors import StatisticsError
from aftermerge.stats.arms import MOST_LOG
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.group_time import (
    Contrast,
    Panel,
    Valued,
    averaged,
    contrast,
    has_positive_means,
    panel_of,
    valued,
)
from aftermerge.stats.pre_trend import PreTrend, pre_trend
from aftermerge.stats.simultaneous import simultaneous_critical, tail_of


@dataclass(frozen=True, slots=True)
class GroupTime:
    """ATT(g, t): the effect in period `period` on the `n` units that got the change in period `adopted`."""

    adopted: int
    period: int
    n: int
    effect: Estimate


@dataclass(frozen=True, slots=True)
class EventStudy:
    """The effect by periods since adoption: the base (−1) is not listed; before it there should be none.

    `pointwise` intervals cover each effect for itself, `simultaneous` ones all of them at once.
    """

    periods: tuple[int, ...]
    pointwise: tuple[Estimate, ...]
    simultaneous: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class StaggeredEffect:
    """The mean effect over treated unit-periods with its interval and what it rests on.

    `baseline` is what the mean would have been. `treated` units enter it; `not_yet` is the least number of units that
    any of its periods was compared with; `dropped` had the change from the first period on. `late_minus_early`
    compares the later half of the exposure periods with the earlier one, in the same cohorts (relative: of logarithms).
    """

    estimate: float
    low: float
    high: float
    sd: float
    baseline: float
    treated: int
    not_yet: int
    dropped: int
    group_times: tuple[GroupTime, ...]
    event_study: EventStudy
    pre_trend: PreTrend | None
    late_minus_early: Estimate | None


@dataclass(frozen=True, slots=True)
class _Cell:
    """One group-time effect, `exposure` periods after adoption."""

    own: int
    exposure: int
    size: float
    contrast: Contrast


def staggered(
    cohorts: Sequence[Cohort],
    *,
    first: int = 0,
    horizon: int | None = None,
    leads: int | None = None,
    anticipation: int = 0,
    least: int = 1,
    worth: float | None = None,
    relative: bool = False,
    level: float = 0.95,
) -> StaggeredEffect:
    """Callaway and Sant'Anna (2021), against not-yet-treated units, without covariates.

    The effect is the mean of ATT(g, t) over exposure periods `first` to `horizon`, weighted by cohort size (their
    eq. 3.10, capped, so that early cohorts do not outweigh by their age). `leads` limits how many periods before the
    base are looked at. With `anticipation`, the base is so many periods earlier, and nobody who adopts within so many
    periods is compared with (their §2, δ): for units that the change can have reached before they are seen to have it.
    Where fewer than `least` units are left to compare with, there is no effect. `worth` is the smallest effect worth
    having, by which the pre-trend is judged. `relative` effects are shares of the mean without the change (delta
    method on the logarithm), and so is `worth` then.

    Assumption: without the change all would have moved alike (in levels; relative too), and nobody acts on it before
    getting it. Blind spot: what else came to the same units at the same time, and units that get the change *because*
    of how they are doing.

    Raises:
        StatisticsError: nobody got the change, nobody is left to compare with, or see `panel_of` and `valued`.
    """
    panel = panel_of(cohorts, anticipation, least)
    cells = _cells(panel, horizon, leads)
    main = [cell for cell in cells if cell.exposure >= first]
    if not main:
        raise StatisticsError(_why_none(panel, first))
    overall = valued(panel, [_average(main)], relative=relative)
    critical = _pointwise(overall, level)
    if relative and critical[0] * overall.sd[0] > MOST_LOG:
        raise StatisticsError("too uncertain to be said as a percentage")
    estimate = _estimates(overall, critical, relative)[0]
    study, pre_trend = _event_study(panel, cells, worth, relative, level)
    return StaggeredEffect(
        estimate.estimate,
        estimate.low,
        estimate.high,
        estimate.sd,
        baseline=float(overall.baseline[0]),
        treated=int(sum({cell.own: cell.size for cell in main}.values())),
        not_yet=min(_compared(panel, cell) for cell in main),
        dropped=panel.dropped,
        group_times=_group_times(panel, cells, relative, level),
        event_study=study,
        pre_trend=pre_trend,
        late_minus_early=_late_minus_early(panel, main, relative, level),
    )


def _cells(panel: Panel, horizon: int | None, leads: int | None) -> list[_Cell]:
    last = panel.periods if horizon is None else horizon
    earliest = -panel.periods if leads is None else -1 - panel.anticipation - leads
    found: list[_Cell] = []
    for own, since in enumerate(panel.adopted):
        if since is None:
            continue
        for exposure in range(max(earliest, -since), min(last, panel.periods - 1 - since) + 1):
            cell = contrast(panel, own, since + exposure)
            if cell is not None:
                found.append(_Cell(own, exposure, float(panel.n[own]), cell))
    return found


def _average(cells: Sequence[_Cell]) -> Contrast:
    return averaged([cell.contrast for cell in cells], [cell.size for cell in cells])


def _compared(panel: Panel, cell: _Cell) -> int:
    since = panel.adopted[cell.own] or 0
    return int(panel.n[panel.not_yet(cell.own, since + cell.exposure)].sum())


def _why_none(panel: Panel, first: int) -> str:
    since = [at for at in panel.adopted if at is not None]
    if not since:
        return "no unit got the change within the periods"
    if min(since) + first + panel.anticipation >= panel.periods:
        return "no unit has had the change for long enough"
    return f"fewer than {panel.least} units had not got the change: there is nothing to compare with"


def _pointwise(found: Valued, level: float) -> list[float]:
    return [float(stdtrit(degrees, 0.5 + level / 2)) for degrees in found.degrees]


def _at_once(found: Valued, level: float) -> list[float]:
    tail = tail_of(simultaneous_critical(found.covariance, level))
    return [float(stdtrit(degrees, tail)) for degrees in found.degrees]


def _estimates(found: Valued, critical: Sequence[float], relative: bool) -> list[Estimate]:
    """A percentage that could be anything is shown as just that."""
    rows = zip(found.effect.tolist(), found.sd.tolist(), critical, strict=True)
    return [_estimate(effect, sd, min(c, MOST_LOG / sd) if relative else c, relative) for effect, sd, c in rows]


def _estimate(effect: float, sd: float, critical: float, relative: bool) -> Estimate:
    low, high = effect - critical * sd, effect + critical * sd
    if not relative:
        return Estimate(effect, low, high, sd)
    return Estimate(math.expm1(effect), math.expm1(low), math.expm1(high), sd * math.exp(effect))


def _group_times(panel: Panel, cells: Sequence[_Cell], relative: bool, level: float) -> tuple[GroupTime, ...]:
    """Each group-time effect for itself; where a mean is not positive there is no relative one."""
    told = [cell for cell in cells if not relative or has_positive_means(panel, cell.contrast)]
    if not told:
        return ()
    found = valued(panel, [cell.contrast for cell in told], relative=relative)
    since = [panel.adopted[cell.own] or 0 for cell in told]
    effects = _estimates(found, _pointwise(found, level), relative)
    return tuple(
        GroupTime(adopted, adopted + cell.exposure, int(cell.size), effect)
        for adopted, cell, effect in zip(since, told, effects, strict=True)
    )


def _event_study(
    panel: Panel, cells: Sequence[_Cell], worth: float | None, relative: bool, level: float
) -> tuple[EventStudy, PreTrend | None]:
    averages = {
        period: _average([cell for cell in cells if cell.exposure == period])
        for period in sorted({cell.exposure for cell in cells})
    }
    told = {period: each for period, each in averages.items() if not relative or has_positive_means(panel, each)}
    found = valued(panel, list(told.values()), relative=relative)
    pointwise = _estimates(found, _pointwise(found, level), relative)
    study = EventStudy(tuple(told), tuple(pointwise), tuple(_estimates(found, _at_once(found, level), relative)))
    before = [(period, each) for period, each in told.items() if period < -panel.anticipation]
    if worth is None or not before:
        return study, None
    past = valued(panel, [each for _, each in before], relative=relative)
    bands = _estimates(past, _at_once(past, level), relative)
    return study, pre_trend([period for period, _ in before], bands, worth)


def _late_minus_early(panel: Panel, main: Sequence[_Cell], relative: bool, level: float) -> Estimate | None:
    """Within cohorts seen through all exposure periods, so that it is time and not who that differs."""
    exposures = sorted({cell.exposure for cell in main})
    seen = {own: [c for c in main if c.own == own] for own in {cell.own for cell in main}}
    whole = [cell for cells in seen.values() if len(cells) == len(exposures) for cell in cells]
    if len(exposures) < 2 or not whole:
        return None
    middle = exposures[len(exposures) // 2]
    early = _average([cell for cell in whole if cell.exposure < middle])
    late = _average([cell for cell in whole if cell.exposure >= middle])
    both = valued(panel, [early, late], relative=relative)
    turn = np.array([-1.0, 1.0])
    sd = math.sqrt(max(float(turn @ both.covariance @ turn), 0.0))
    return _estimate(float(turn @ both.effect), sd, float(stdtrit(both.degrees.min(), 0.5 + level / 2)), False)
