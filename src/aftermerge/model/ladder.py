"""What a team expects of its members, in its own words."""

from dataclasses import dataclass

from aftermerge.model.thanks import Habit


@dataclass(frozen=True, slots=True)
class Expectation:
    """It is shown by any of its habits; without habits, by nothing that is seen here."""

    id: str
    text: str
    habits: tuple[Habit, ...] = ()


@dataclass(frozen=True, slots=True)
class LadderLevel:
    id: str
    text: str
    expectations: tuple[Expectation, ...] = ()
