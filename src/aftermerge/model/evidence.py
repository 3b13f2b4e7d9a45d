"""A person's own file: what facts show of a period, computed when they ask for it, and kept nowhere."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aftermerge.model.ladder import Expectation, LadderLevel
from aftermerge.model.thanks import Habit

ItemKind = Literal["bet", "learning", "habit", "crossing", "exploration", "thanked", "thanks"]


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One thing on one day: what it is about, what was so, in whose words, and the ids that show it.

    `giver` thanked, or `receiver` was thanked.
    """

    on: date
    kind: ItemKind
    about: str
    told: str
    words: str = ""
    evidence: tuple[str, ...] = ()
    habits: tuple[Habit, ...] = ()
    giver: str | None = None
    receiver: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceMonth:
    """`first` is its first day. A quiet month has no items, and stands there too."""

    first: date
    items: tuple[EvidenceItem, ...]


@dataclass(frozen=True, slots=True)
class MetExpectation:
    """What of a period shows an expectation; without items nothing was recorded, which is no judgement."""

    expectation: Expectation
    items: tuple[EvidenceItem, ...]


@dataclass(frozen=True, slots=True)
class MetLevel:
    level: LadderLevel
    expectations: tuple[MetExpectation, ...]


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """`unseen` says what could not be looked for, and what would mend it."""

    person: str
    workspace: str
    since: date
    until: date
    months: tuple[EvidenceMonth, ...]
    levels: tuple[MetLevel, ...] = ()
    unseen: tuple[str, ...] = ()
