"""What Harbor is: software for small harbours; and what a bet of its teams is made of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Experiment:
    """A flag given to users by a coin. `factor` multiplies how often `event` happens for the treated.

    The first users meet the flag `starts` days before today. After the decide date it goes to everyone when it is
    `kept`, to nobody otherwise; so late that every window has closed.
    """

    flag: str
    event: str
    factor: float
    starts: int
    control: str = "control"
    treatment: str = "treatment"
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """One row of the daily series is multiplied by `factor` from the day after the release."""

    row: str
    factor: float


@dataclass(frozen=True, slots=True)
class Relief:
    """From the day after the release, complaints about the bet's problem per active user are multiplied by `factor`."""

    factor: float


@dataclass(frozen=True, slots=True)
class HarborBet:
    """A bet and what it really did. Ages are days before today; `released` is None while it waits for a release.

    `told` is the share of those who asked before the release and were answered after it.
    """

    slug: str
    team: str
    problem: str
    metric: str
    plant: Experiment | Shift | Relief | None
    framed: int
    released: int | None
    decide: int
    asked: str
    helps: str
    expect: str
    worth: str
    stop: str
    appetite: str = "5d"
    guardrails: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    told: float = 0.1


ACCOUNTS = 380
"""Harbours that use Harbor."""


def account(index: int) -> str:
    return f"harbour-{index:03d}"
