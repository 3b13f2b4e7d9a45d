"""What could make an experiment wrong, looked at."""

import math
from collections.abc import Mapping, Sequence

from aftermerge.errors import StatisticsError
from aftermerge.measure.randomised.novelty import novelty
from aftermerge.measure.randomised.trial import Trial
from aftermerge.measure.randomised.variants import Pair
from aftermerge.model.plan import Arms
from aftermerge.model.readout import Check, Outcome
from aftermerge.stats.arms import Difference, difference
from aftermerge.stats.moments import Moments
from aftermerge.stats.quantiles import moves_by_a_step
from aftermerge.stats.sample_ratio import running_sample_ratio_p, sample_ratio_p

MOST_SHIFT = 1.0
"""A unit that alone moves the mean by this many standard errors decides it."""
MOST_CROSSED = 0.1
"""Beyond this share of crossed units the variant is no property of the unit, whatever the arms' sizes say."""
LEAST_P = 1e-12
"""A smaller p is not said as a number."""
MOST_SHOWN = 10.0
"""How many of them are said at most."""
BOUNDED = ("share", "retention", "funnel", "quantile")
"""Kinds that no single unit can decide: yes or no a unit, or a rank."""


def checks_of(trial: Trial, pair: Pair) -> tuple[Check, ...]:
    rest = (_steps(trial, pair), _single_unit(trial, pair), novelty(trial, pair))
    return (*checks_of_assignment(trial, (pair.control, pair.treatment)), *(check for check in rest if check))


def checks_of_assignment(trial: Trial, variants: Sequence[str]) -> tuple[Check, ...]:
    """Whether units got their variants as was meant."""
    crossed = _crossed(trial.arms)
    return (_sample_ratio(trial, variants), *((crossed,) if crossed else ()))


def _crossed(arms: Arms) -> Check | None:
    """Units seen in two variants were left out, which is harmless only where both arms lose the same kind and number.

    That the numbers differ is seen by the sample ratio; that the kinds do can't be seen, but it matters little while
    few are dropped: a tenth of an arm that differs by half a standard deviation moves its mean by a twentieth of one.
    """
    if not arms.crossed:
        return None
    seen = f"{arms.crossed:,} units were seen in two variants and left out"
    share = arms.crossed / (arms.crossed + sum(arms.exposed.values()))
    if share <= MOST_CROSSED:
        return Check("crossed_units", "warn", seen)
    return Check("crossed_units", "block", f"{seen}, {share:.0%} of all: that could by itself make such a difference")


def _sample_ratio(trial: Trial, variants: Sequence[str]) -> Check:
    """All variants of a declared split against it; without one, those that are compared against even shares."""
    arms, split = trial.arms, trial.case.split
    refuse_unnamed(split, variants)
    names = list(split) if split else list(variants)
    shares = [split[name] for name in names] if split else None
    looks = [*_counts_by_look(arms, names), [arms.exposed.get(name, 0) for name in names]]
    p = running_sample_ratio_p(looks, shares) if arms.days else sample_ratio_p(looks[-1], shares)
    told = f"{' : '.join(f'{count:,}' for count in looks[-1])}, p {_in_words(p)}"
    outcome: Outcome = "block" if p < 0.001 else "warn" if p < 0.01 else "pass"
    good, bad = ("as meant", "as meant") if split else ("as even as chance would have it", "evenly")
    if outcome == "pass":
        return Check("sample_ratio", outcome, f"{good}: {told}")
    then = "" if split else "; if that was meant, declare it in the bet as `split:`"
    return Check("sample_ratio", outcome, f"the arms were not filled {bad}: {told}{then}")


def _in_words(p: float) -> str:
    return f"= {p:.2g}" if p >= LEAST_P else f"< {LEAST_P:g}"


def refuse_unnamed(split: Mapping[str, float], variants: Sequence[str]) -> None:
    """
    Raises:
        StatisticsError: the bet declares a split that leaves one of `variants` out.
    """
    missing = [name for name in variants if split and name not in split]
    if missing:
        raise StatisticsError(f"the bet's `split` gives no share to {', '.join(f'`{name}`' for name in missing)}")


def _counts_by_look(arms: Arms, names: Sequence[str]) -> list[list[int]]:
    """How full the arms were by each day, since units' windows close in the order in which units came.

    Blind spot: a unit that has no value of the metric is not counted.
    """
    running, looks = [0] * len(names), []
    for look in arms.days:
        closed = [look.arms[name].n if name in look.arms else 0 for name in names]
        running = [count + more for count, more in zip(running, closed, strict=True)]
        looks.append(running)
    return [counts for counts in looks if sum(counts)]


def _steps(trial: Trial, pair: Pair) -> Check | None:
    """A quantile of whole seconds, say, jumps from one to the next by chance alone."""
    if not trial.is_quantile:
        return None
    quantiles = trial.arms.quantiles
    if not moves_by_a_step(quantiles[pair.control], quantiles[pair.treatment]):
        return Check("steps", "pass", "the quantile does not move by a mere step of its values")
    told = "the values come in steps: too many stand at the quantile itself to tell a move of it from a step"
    return Check("steps", "block", told)


def _single_unit(trial: Trial, pair: Pair) -> Check | None:
    """Does one unit alone shift its arm's mean by as much as the difference varies without it?

    It is asked of the plain means: what a unit did before may tell most of what it did, but not of how far out it is.
    Blind spot: a ratio, where only the numerator's extremes are known and not those of y − ratio · d, is not asked.
    """
    if trial.case.metric.kind in BOUNDED:
        return None
    control, treatment = (trial.arms.total[name] for name in (pair.control, pair.treatment))
    if control.ss_d + treatment.ss_d > 0:
        return None
    found = difference(control, treatment, trial.scale, before=False)
    extremes = [
        (trial.arms.total[name], value)
        for name in (pair.control, pair.treatment)
        for value in (trial.arms.largest.get(name), trial.arms.smallest.get(name))
        if value is not None
    ]
    shift = max((_shift(moments, value, found) for moments, value in extremes), default=0.0)
    if shift < MOST_SHIFT:
        return Check("single_unit", "pass", "no single unit decides the mean")
    size = f"{shift:.1f}" if shift <= MOST_SHOWN else f"more than {MOST_SHOWN:.0f}"
    told = f"one unit alone moves the mean by {size} standard errors: set `winsorize = 0.999` for this metric"
    return Check("single_unit", "block", told)


def _shift(moments: Moments, value: float, found: Difference) -> float:
    """In standard errors of the difference, had that unit not been there."""
    if moments.n < 3 or (found.scale == "relative" and moments.mean_y == 0):
        return 0.0
    away = value - moments.mean_y
    scale = moments.mean_y if found.scale == "relative" else 1.0
    own = away**2 * moments.n / (moments.n - 1) / (moments.n - 1) / moments.n / scale**2
    without = math.sqrt(max(found.sd**2 - own, 1e-300))
    return abs(away / (moments.n - 1) / scale) / without
