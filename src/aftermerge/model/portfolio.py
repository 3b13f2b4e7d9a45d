"""A period's claims taken together: what survives of them, what the wins add up to, how good the forecasts were."""

from dataclasses import dataclass

from aftermerge.model.amount import Unit


@dataclass(frozen=True, slots=True)
class Added:
    """What the surviving wins in one metric add up to, in its unit: as each was read, and after shrinkage."""

    metric: str
    title: str
    unit: Unit
    wins: int
    as_read: float
    shrunk: float


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Of `bets` that said what to expect: `held` intervals hold it; `came_share` is the median of what came ÷ it."""

    bets: int
    held: int
    came_share: float


@dataclass(frozen=True, slots=True)
class Portfolio:
    """`claims` were read out together. `doubtful` are the bets whose win does not survive among so many.

    `forecasts` is None where too few bets said what to expect.
    """

    claims: int
    wins: int
    doubtful: tuple[str, ...]
    added: tuple[Added, ...]
    forecasts: Forecasts | None = None
