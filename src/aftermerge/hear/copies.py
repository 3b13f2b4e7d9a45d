"""Feedback that says nearly the same, as families: who said it first, and how many there are."""

from collections import Counter
from collections.abc import Collection, Mapping

__all__ = ["family_sizes", "first_of"]


def first_of(feedback: str, copies: Mapping[str, str]) -> str:
    """The one that said it first, which may be itself."""
    seen = {feedback}
    while feedback in copies and copies[feedback] not in seen:
        feedback = copies[feedback]
        seen.add(feedback)
    return feedback


def family_sizes(firsts: Collection[str], copies: Mapping[str, str]) -> Counter[str]:
    """How many say what these said first, they themselves counted in."""
    sizes = Counter(firsts)
    sizes.update(first for later in copies if (first := first_of(later, copies)) in sizes)
    return sizes
