"""A bet: a claim about what will help, written down before it is built."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from aftermerge.model.amount import Amount


@dataclass(frozen=True, slots=True)
class Bet:
    """One file under `bets/`.

    `begun_at` is when the file was first committed, `framed_at` since when its claim has stood, committed, as it
    stands now (aware, UTC); None while that has not happened. `expect` keeps its sign. `split` is the share of units
    that each variant was meant to get, equal where it is empty. `rollout` says who got the change when it did not come
    to all on one day: the days by segment, or the column whose value shows that a unit has the release.
    """

    slug: str
    metric: str
    asked: str = ""
    helps: str = ""
    problem: str | None = None
    also: tuple[str, ...] = ()
    guardrails: tuple[str, ...] = ()
    expect: Amount | None = None
    worth: Amount | None = None
    appetite_days: float | None = None
    decide: date | None = None
    stop: str | None = None
    owner: str | None = None
    flag: str | None = None
    control: str | None = None
    treatment: str | None = None
    split: Mapping[str, float] = field(default_factory=dict)
    rollout: Mapping[str, date] | str | None = None
    paths: tuple[str, ...] = ()
    why: str = field(default="", repr=False)
    file: str = ""
    begun_at: datetime | None = None
    framed_at: datetime | None = None

    @property
    def title(self) -> str:
        """The claim in a line: what we believe helps, or what was asked for."""
        return self.helps or self.asked or self.slug
