"""How wide an interval must be, by the rule that the data's shape fixes before the first look."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from aftermerge.measure.randomised.variants import Pair
from aftermerge.model.plan import Arms
from aftermerge.stats.arms import one_look
from aftermerge.stats.sequential import confidence_sequence_critical, critical_values

ALPHA = 0.05
PLANNED_UNITS = 10_000
"""Where no horizon was declared, the interval is tightest near this many units."""
LATE_PART = 0.2
"""The part of the error that is allowed once more to looks past a declared horizon."""


@dataclass(frozen=True, slots=True)
class Looks:
    """The days on which windows closed, with the units closed by then; no day where there was one finished look.

    `elapsed` is the fraction of the declared horizon, for the days up to it; past it, and where none was declared, a
    confidence sequence holds. Past it, the looks before have spent `ALPHA` already: `LATE_PART` keeps both rules
    together near it (`benchmarks/ab_looks.py` prints how near).
    """

    days: tuple[date, ...]
    units: tuple[int, ...]
    elapsed: tuple[float, ...]

    def criticals(self, alpha: float = ALPHA) -> list[float]:
        """The critical z at each look, (days,)."""
        declared = critical_values(self.units[: len(self.elapsed)], self.elapsed, alpha) if self.elapsed else []
        planned = self.units[len(self.elapsed) - 1] if self.elapsed else PLANNED_UNITS
        later = self.units[len(self.elapsed) :]
        late = alpha * LATE_PART if self.elapsed else alpha
        return [*declared, *(confidence_sequence_critical(units, planned, late) for units in later)]

    def critical(self, alpha: float = ALPHA) -> float:
        """The critical z at the last look."""
        return self.criticals(alpha)[-1] if self.days else one_look(1 - alpha)


def looks_of(arms: Arms, pair: Pair, decide: date | None, closed: bool) -> Looks:
    """The looks at two variants until the day of decision, and those after it."""
    counts = [
        (look.day, sum(look.arms[v].n for v in (pair.control, pair.treatment) if v in look.arms)) for look in arms.days
    ]
    days = tuple(day for day, n in counts if n)
    units = tuple(accumulate(n for _, n in counts if n))
    return Looks(days, units, _elapsed(days, decide, closed) if decide else ())


def _elapsed(days: tuple[date, ...], decide: date, closed: bool) -> tuple[float, ...]:
    """The last look spends what is left when no more data will come before the decision."""
    if not days or days[0] > decide:
        return ()
    start = days[0] - timedelta(days=1)
    fractions = [(day - start).days / (decide - start).days for day in days if day <= decide]
    return (*fractions[:-1], 1.0 if closed else fractions[-1])
