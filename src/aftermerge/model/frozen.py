"""A claim as it stood before it met users: what it is held to."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from aftermerge.model.bet import Bet


@dataclass(frozen=True, slots=True)
class FrozenClaim:
    """The first claim of a bet that was frozen, and by which commit; `digest` is the SHA-256 of `claim`."""

    bet: str
    frozen_at: datetime
    commit: str | None
    claim: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.claim.encode()).hexdigest()


def claim_of(bet: Bet) -> str:
    """What a bet is held to, as canonical JSON: metric, worth, expectation, guardrails, when it is decided, and by
    whom it is seen first. Its words and its paths may change.
    """
    held = {
        "metric": bet.metric,
        "worth": str(bet.worth) if bet.worth else None,
        "expect": str(bet.expect) if bet.expect else None,
        "guardrails": sorted(bet.guardrails),
        "decide": bet.decide.isoformat() if bet.decide else None,
        "flag": bet.flag,
        "control": bet.control,
        "treatment": bet.treatment,
        "split": dict(sorted(bet.split.items())),
    }
    return json.dumps(held, sort_keys=True, ensure_ascii=False)
