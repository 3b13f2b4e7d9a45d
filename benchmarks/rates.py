"""A measured rate beside its bar."""

from dataclasses import dataclass

from scipy.stats import beta


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`. It is over a bar only when its one-sided 95% lower limit (Clopper and Pearson 1934) is."""

    hits: int
    n: int

    @property
    def share(self) -> float:
        return self.hits / self.n

    @property
    def lower_limit(self) -> float:
        return float(beta.ppf(0.05, self.hits, self.n - self.hits + 1)) if self.hits else 0.0

    def is_within(self, bar: float) -> bool:
        return self.lower_limit <= bar

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.hits + other.hits, self.n + other.n)


def verdict(is_held: bool) -> str:
    return "holds" if is_held else "**over**"


def markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
