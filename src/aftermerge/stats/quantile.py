"""A quantile of a group, and how sure one can be of it."""

from dataclasses import dataclass

OUTER_Z = 1.959963984540054
"""The ends of a quantile's own interval are its 95% ones."""


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile of `n` values with the ends of its own 95% interval, by ranks (the outer confidence interval)."""

    n: int
    value: float
    low: float
    high: float

    @property
    def sd(self) -> float:
        """Of both sides; by the longer one alone where the other has no length, since values come in steps there."""
        return (self.high - self.low) / (OUTER_Z if self.is_tied else 2 * OUTER_Z)

    @property
    def is_tied(self) -> bool:
        """Whether the quantile is an end of its own interval: many values are the same there."""
        return self.value in (self.low, self.high)
