"""The rows of a query by variant and closing day become arms."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlglot import exp

from aftermerge.model.plan import Arms, ArmsOfDay
from aftermerge.stats.moments import EMPTY, Moments
from aftermerge.usage import sql
from aftermerge.usage.breakdown import by_segment, by_variant, segments_of
from aftermerge.usage.moments import Outcome
from aftermerge.usage.rows import Rows, aware


@dataclass(frozen=True, slots=True)
class Look:
    """The units of one variant whose window closed on one day; of one segment, where those are asked for."""

    day: date
    variant: str
    segment: str | None
    moments: Moments
    largest: float
    smallest: float


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """The rows of one experiment, and what they say of its units whatever is measured of them.

    A row without a variant counts `crossed` units, one without a day units still waiting.
    """

    rows: Rows
    days: list[date | None]
    variants: list[str | None]
    segments: list[str | None]
    exposed: dict[str, int]
    crossed: int
    first_exposure: datetime | None
    last_exposure: datetime | None

    @classmethod
    def of(cls, rows: Rows) -> "LookedAt":
        days, variants = rows.dates("closed_on").tolist(), rows.texts("variant")
        return cls(rows, days, variants, segments_of(rows), *_exposed(rows), *_exposure_times(rows))


def units_exposed() -> list[exp.Expr]:
    """The columns of a query's groups that `LookedAt` reads beside their keys."""
    at = sql.col("exposed_at")
    return [
        sql.named(sql.count(), "units"),
        sql.named(sql.smallest(at), "first_at"),
        sql.named(sql.largest(at), "last_at"),
    ]


def closed_looks(looked_at: LookedAt, outcome: Outcome) -> list[Look]:
    """Every look, by day, variant and segment.

    Raises:
        DataError: a value is infinite.
    """
    rows, groups = looked_at.rows, (looked_at.days, looked_at.variants, looked_at.segments)
    parts = zip(*groups, outcome.moments(rows), outcome.largest(rows), outcome.smallest(rows), strict=True)
    looks = [Look(day, variant, *more) for day, variant, *more in parts if day is not None and variant is not None]
    return sorted(looks, key=lambda look: (look.day, look.variant, look.segment or ""))


def arms_of_looks(looked_at: LookedAt, looks: list[Look], text: str) -> Arms:
    """All looks together, and by segment."""
    total = dict.fromkeys(looked_at.exposed, EMPTY)
    largest: dict[str, float] = {}
    smallest: dict[str, float] = {}
    for look in looks:
        total[look.variant] += look.moments
        largest[look.variant] = max(look.largest, largest.get(look.variant, look.largest))
        smallest[look.variant] = min(look.smallest, smallest.get(look.variant, look.smallest))
    return Arms(
        total,
        looked_at.exposed,
        looked_at.crossed,
        largest,
        smallest,
        segments=by_segment((look.segment, look.variant, look.moments) for look in looks),
        days=_days(looks),
        first_exposure=looked_at.first_exposure,
        last_exposure=looked_at.last_exposure,
        sql=text,
    )


def _exposed(rows: Rows) -> tuple[dict[str, int], int]:
    exposed: dict[str, int] = {}
    crossed = 0
    for variant, units in zip(rows.texts("variant"), rows.counts("units").tolist(), strict=True):
        if variant is None:
            crossed += units
        else:
            exposed[variant] = exposed.get(variant, 0) + units
    return dict(sorted(exposed.items())), crossed


def _exposure_times(rows: Rows) -> tuple[datetime | None, datetime | None]:
    parts = zip(rows.texts("variant"), rows.moments("first_at"), rows.moments("last_at"), strict=True)
    times = [(first, last) for variant, first, last in parts if variant is not None and first and last]
    if not times:
        return None, None
    return aware(min(first for first, _ in times)), aware(max(last for _, last in times))


def _days(looks: list[Look]) -> tuple[ArmsOfDay, ...]:
    days = groupby(looks, key=lambda look: look.day)
    return tuple(ArmsOfDay(day, by_variant((look.variant, look.moments) for look in of_day)) for day, of_day in days)
