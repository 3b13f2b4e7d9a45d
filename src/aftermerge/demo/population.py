"""Harbor's users: who belongs to which harbour, and how much each does of what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftermerge.demo.company import ACCOUNTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

USERS = 20_000

_CROSSED = 14
"""Users seen in both variants of a flag: a shared tablet."""


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that users do by themselves, `per_day` times on average."""

    event: str
    per_day: float
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Sequel:
    """Something that follows another event, with a chance of each user's own between `low` and `high`."""

    event: str
    of: str
    low: float
    high: float


ACTIVITIES = (
    Activity("export_started", 0.06),
    Activity("berth_assigned", 0.07),
    Activity("arrival_logged", 0.045),
    Activity("invoice_paid", 0.05, amount=42.0),
    Activity("import_started", 0.04),
)
SEQUELS = (
    Sequel("export_completed", "export_started", 0.55, 0.70),
    Sequel("import_failed", "import_started", 0.12, 0.32),
)


@dataclass(frozen=True, slots=True)
class Population:
    """Arrays of shape (users,). `rates` are events a user and day, `chances` those of a sequel after its event."""

    account: Ints
    activity: Floats
    rates: dict[str, Floats]
    chances: dict[str, Floats]

    @property
    def users(self) -> int:
        return len(self.account)

    def rate(self, event: str) -> Floats:
        """How often each user does this, events a day, untreated."""
        if event in self.rates:
            return self.rates[event]
        sequel = next(sequel for sequel in SEQUELS if sequel.event == event)
        return self.rates[sequel.of] * self.chances[event]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who met a flag, when and how. Arrays of shape (users,).

    `exposed_at` is in days since the events began, NaN for users who never met it; `crossed` users met both variants.
    """

    exposed_at: Floats
    treated: Flags
    crossed: Flags

    @property
    def exposed(self) -> Flags:
        return ~np.isnan(self.exposed_at)


def populate(rng: np.random.Generator, users: int = USERS) -> Population:
    """Draw the users. Some are busier than others, in all that they do and in each thing."""
    busy = rng.gamma(3.0, 1 / 3, users)
    return Population(
        account=(ACCOUNTS * rng.random(users) ** 1.6).astype(np.int64),
        activity=busy,
        rates={a.event: a.per_day * busy * rng.gamma(3.0, 1 / 3, users) for a in ACTIVITIES},
        chances={s.event: rng.uniform(s.low, s.high, users) for s in SEQUELS},
    )


def enrol(rng: np.random.Generator, people: Population, starts: float, ends: float, until: float) -> Enrolment:
    """Meet users with a flag between two days, busy users sooner; those after `until` have not happened yet.

    The coin is balanced: as many of the exposed are treated as are not.
    """
    patience = (ends - starts) / 3 / np.maximum(people.activity, 0.05)
    met = starts + rng.exponential(patience)
    exposed_at = np.where((met < ends) & (met < until), met, np.nan)
    exposed = np.flatnonzero(~np.isnan(exposed_at))
    shuffled = rng.permutation(exposed)
    return Enrolment(
        exposed_at=exposed_at,
        treated=_among(people.users, shuffled[::2]),
        crossed=_among(people.users, shuffled[:_CROSSED]),
    )


def _among(users: int, chosen: Ints) -> Flags:
    flags = np.zeros(users, dtype=np.bool_)
    flags[chosen] = True
    return flags
