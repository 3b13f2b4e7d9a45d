"""Was a flag opened step by step, or to everybody at once?"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from aftermerge.measure.case import Case
from aftermerge.measure.staggered import LEAST_UNITS
from aftermerge.model.plan import Arms, Rollout

Floats = NDArray[np.float64]

OPENING = 2
"""An opening may fall on the last day of a week: who comes every week has met it by the end of the next."""
TAIL = 0.1
"""Fewer than this share of units are hardly any: left without it then, or getting it later than that."""
CLEARLY = 3.0
"""So many standard errors above the share that got it before, a week's share shows that it was opened to more."""
HARDLY = 0.5
"""Units that wait, and do less than this share of what all do by what both did before, wait *because* they do."""


@dataclass(frozen=True, slots=True)
class _Adoption:
    """Units that were there before, by week from the one in which the first got it: how many got it, and could have."""

    got: Floats
    could: Floats

    @classmethod
    def of(cls, rollout: Rollout) -> "_Adoption":
        sizes = {cohort.adopted: cohort.n for cohort in rollout.cohorts if cohort.adopted != 0}
        periods = max((len(cohort.mean) for cohort in rollout.cohorts), default=rollout.begun)
        got = np.array([sizes.get(week, 0) for week in range(rollout.begun, periods)], dtype=np.float64)
        return cls(got, sum(sizes.values()) - np.concatenate([[0.0], got.cumsum()[:-1]]))

    @property
    def left(self) -> int:
        """Units that had not got it when whom it was opened to at first had met it."""
        return int(self.could[0] - self.got[:OPENING].sum())

    @property
    def tail(self) -> float:
        """The share of those left that got it later."""
        return float(self.got[OPENING:].sum() / max(self.left, 1))

    @property
    def has_waves(self) -> bool:
        """Whether in any week clearly more of those who could got it than before; by mere visiting fewer do."""
        return any(self._is_wave(week) for week in range(OPENING, len(self.got)) if self.could[week] > 0)

    def _is_wave(self, week: int) -> bool:
        got, could = self.got[1:week].sum(), self.could[1:week].sum()
        share = (got + self.got[week]) / (could + self.could[week])
        error = sqrt(share * (1 - share) * (1 / could + 1 / self.could[week]))
        return bool(self.got[week] / self.could[week] - got / could > CLEARLY * error)


def opened_at_once(rollout: Rollout) -> str | None:
    """Why units that got it on different days did so though it was opened to all of them on one; else None.

    A unit is seen with a flag when it comes to where the flag is asked for. Opened to everybody at once, who "has not
    got it yet" is who did not come there: of units that come every week none, or those who do not do what is measured.
    """
    adoption = _Adoption.of(rollout)
    if len(adoption.got) < OPENING:
        return None
    if adoption.left < min(LEAST_UNITS, TAIL * adoption.could[0]):
        return f"all but {adoption.left:,} of {int(adoption.could[0]):,} units got it within two weeks"
    if adoption.tail <= TAIL or adoption.has_waves or _waiting(rollout) >= HARDLY:
        return None
    told = "ever fewer units got it week by week, and until they did they hardly did what is measured"
    return f"{told}, as where it is opened to all at once and seen where that is done"


def _waiting(rollout: Rollout) -> float:
    """What units do while they wait, over what they did before; as a share of the same of all units."""
    waiting, expected, everybody, before = 0.0, 0.0, 0.0, 0.0
    for cohort in rollout.cohorts:
        if cohort.adopted == 0:
            continue
        base, after = float(cohort.mean[: rollout.begun].mean()), cohort.mean[rollout.begun :]
        weeks = after if cohort.adopted is None else after[: cohort.adopted - rollout.begun]
        waiting, expected = waiting + cohort.n * float(weeks.sum()), expected + cohort.n * len(weeks) * base
        everybody, before = everybody + cohort.n * float(after.sum()), before + cohort.n * len(after) * base
    if min(everybody, before, expected) <= 0:
        return 1.0
    return waiting / expected / (everybody / before)


def by_date(case: Case, rollout: Rollout, arms: Arms, timezone: tzinfo) -> Case:
    """The case with the day on which the flag was opened: a tester's day long before is none."""
    begun = rollout.first_day + timedelta(days=rollout.period_days * rollout.begun)
    opened = datetime.combine(begun, time(), timezone).astimezone(UTC)
    return replace(case, reached_at=max(arms.first_exposure, opened) if arms.first_exposure else opened)
