"""What a period's bets came to, and what did not land."""

from dataclasses import dataclass
from datetime import date

from aftermerge.model.review import Review, ReviewedBet


@dataclass(frozen=True, slots=True)
class Stopped:
    """A bet that was ended when its own words said so: `how`, and the appetite (days) that was not spent.

    `saved_days` is None where the appetite or the time of building is not known.
    """

    item: ReviewedBet
    on: date
    how: str
    spent_days: float | None = None
    saved_days: float | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """`review` holds the period's bets and what they add up to; `library` is of all times, newest first.

    `searched` are the words that the library was searched for, and then the best match comes first.
    """

    review: Review
    stopped: tuple[Stopped, ...]
    library: tuple[ReviewedBet, ...]
    searched: str = ""

    @property
    def saved_days(self) -> float | None:
        known = [one.saved_days for one in self.stopped if one.saved_days is not None]
        return sum(known) if known else None
