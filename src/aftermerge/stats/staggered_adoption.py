"""A change that units got at different times: difference-in-differences against those who had not got it yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from aftermerge.errors import StatisticsError
from aftermerge.stats.cohort import Cohort
from aftermerge.stats.estimate import Estimate
from aftermerge.stats.group_time import Contrast, Panel, averaged, contrast, panel_of
from aftermerge.stats.pre_trend import PreTrend, pre_trend
from aftermerge.stats.valued import base_ratio, is_told, valued


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
    compares the later half of the exposure periods with the earlier one, in the same cohorts (relative: of logarithms),
    and `adoption_minus_later` the period of adoption, where it is no part of the effect, with those that are.
    `base_ratio` is what treated units did before, over what those did who had not got it; None unless both are
    positive.
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
    adoption_minus_later: Estimate | None
    base_ratio: Estimate | None


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
    having, by which the pre-trend is judged. `relative` effects are shares of the mean without the change, and so is
    `worth` then.

    Assumption: without the change all would have moved alike (by as much; relative, by the same factor), and nobody
    acts on it before getting it. Blind spot: what else came to the same units at the same time, and units that get the
    change *because* of how they are doing.

    Raises:
        StatisticsError: nobody got the change, nobody is left to compare with, or see `panel_of` and `valued`.
    """
    panel = panel_of(cohorts, anticipation, least)
    cells = _cells(panel, horizon, leads)
    main = [cell for cell in cells if cell.exposure >= first]
    if not main:
        raise StatisticsError(_why_none(panel, first))
    average = _average(main)
    overall = valued(panel, [average], relative=relative)
    overall.refuse_uncertain(level)
    estimate = overall.pointwise(level)[0]
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
        adoption_minus_later=_adoption_minus_later(panel, cells, main, relative, level),
        base_ratio=base_ratio(panel, average, level),
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


def _group_times(panel: Panel, cells: Sequence[_Cell], relative: bool, level: float) -> tuple[GroupTime, ...]:
    """Each group-time effect for itself, where it can be told."""
    told = [cell for cell in cells if is_told(panel, cell.contrast, relative=relative)]
    if not told:
        return ()
    found = valued(panel, [cell.contrast for cell in told], relative=relative)
    since = [panel.adopted[cell.own] or 0 for cell in told]
    return tuple(
        GroupTime(adopted, adopted + cell.exposure, int(cell.size), effect)
        for adopted, cell, effect in zip(since, told, found.pointwise(level), strict=True)
    )


def _event_study(
    panel: Panel, cells: Sequence[_Cell], worth: float | None, relative: bool, level: float
) -> tuple[EventStudy, PreTrend | None]:
    averages = {
        period: _average([cell for cell in cells if cell.exposure == period])
        for period in sorted({cell.exposure for cell in cells})
    }
    told = {period: each for period, each in averages.items() if is_told(panel, each, relative=relative)}
    if not told:
        return EventStudy((), (), ()), None
    found = valued(panel, list(told.values()), relative=relative)
    study = EventStudy(tuple(told), tuple(found.pointwise(level)), tuple(found.simultaneous(level)))
    before = [(period, each) for period, each in told.items() if period < -panel.anticipation]
    if worth is None or not before:
        return study, None
    past = valued(panel, [each for _, each in before], relative=relative)
    return study, pre_trend([period for period, _ in before], past.simultaneous(level), worth)


def _late_minus_early(panel: Panel, main: Sequence[_Cell], relative: bool, level: float) -> Estimate | None:
    """Within cohorts seen through all exposure periods, so that it is time and not who that differs."""
    exposures = sorted({cell.exposure for cell in main})
    seen = {own: [c for c in main if c.own == own] for own in {cell.own for cell in main}}
    whole = [cell for cells in seen.values() if len(cells) == len(exposures) for cell in cells]
    middle = exposures[len(exposures) // 2]
    early = [cell for cell in whole if cell.exposure < middle]
    return _turn(panel, early, [cell for cell in whole if cell.exposure >= middle], relative, level)


def _adoption_minus_later(
    panel: Panel, cells: Sequence[_Cell], main: Sequence[_Cell], relative: bool, level: float
) -> Estimate | None:
    """Within cohorts in which both are known."""
    first = [cell for cell in cells if cell.exposure == 0 and cell not in main]
    owns = {cell.own for cell in first} & {cell.own for cell in main}
    both = [[cell for cell in some if cell.own in owns] for some in (main, first)]
    return _turn(panel, both[0], both[1], relative, level)


def _turn(panel: Panel, early: Sequence[_Cell], late: Sequence[_Cell], relative: bool, level: float) -> Estimate | None:
    """By how much the effects of the second cells exceed those of the first; None where that can't be told."""
    if not early or not late:
        return None
    averages = [_average(early), _average(late)]
    if not all(is_told(panel, each, relative=relative) for each in averages):
        return None
    return valued(panel, averages, relative=relative).turn(level)
