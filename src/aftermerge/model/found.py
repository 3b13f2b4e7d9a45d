"""What a search answers, and one piece of feedback with all that is known of it."""

from dataclasses import dataclass

from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.model.problem import Attribution, Problem


@dataclass(frozen=True, slots=True)
class FoundFeedback:
    """A hit. `marks` are where in its text the words stand (`text[start:end]`); `release` is the one that it joined.

    `copies`: how many other pieces of feedback say nearly the same, and are not shown beside it.
    """

    feedback: Feedback
    score: float
    marks: tuple[tuple[int, int], ...] = ()
    release: Release | None = None
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """When nothing was found: how much there would be if only this were asked."""

    words: str
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best or the newest of `total`. `corrected`: words that were found only by allowing for typos.

    `tried`: what else was tried, where nothing was found. `behind` says why the newest may be missing.
    """

    words: str
    found: tuple[FoundFeedback, ...]
    total: int
    corrected: tuple[str, ...] = ()
    tried: tuple[Tried, ...] = ()
    behind: str | None = None


@dataclass(frozen=True, slots=True)
class WholeFeedback:
    """One piece of feedback, its release, the problem that it speaks of and who says so, and what says nearly the same.

    `verbatim` is there only where it was asked for.
    """

    feedback: Feedback
    release: Release | None = None
    problem: Problem | None = None
    attribution: Attribution | None = None
    copies: tuple[str, ...] = ()
    verbatim: Verbatim | None = None
