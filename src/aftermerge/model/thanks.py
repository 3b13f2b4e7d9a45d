"""A thank-you: what somebody did that helped customers, with what shows it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Habit = Literal[
    "followed_after_merge",
    "closed_the_loop",
    "asked_the_hard_question",
    "stopped_on_time",
    "crossed_a_boundary",
    "unblocked_a_customer",
    "taught_us_something",
]


@dataclass(frozen=True, slots=True)
class Thanks:
    """`evidence` are ids that the workspace can show: a bet's slug, a change, a piece of feedback, an exploration.

    `giver` and `receiver` are as git knows them. It is the receiver's: nobody else reads it until they publish it.
    """

    id: str
    given_at: datetime
    giver: str
    receiver: str
    habit: Habit
    text: str
    evidence: tuple[str, ...]
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnName:
    """What a person is called at a source; only they say so. `person` is as git knows them."""

    person: str
    source: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownHabit:
    """A habit that facts show. `about` is a bet's slug or an exploration's; `told` says what shows it.

    `whose` is it, as the files themselves say: a bet's owner, who was there; empty where they name nobody.
    """

    about: str
    kind: Literal["bet", "exploration"]
    habit: Habit
    on: date
    told: str
    evidence: tuple[str, ...]
    whose: tuple[str, ...] = ()
