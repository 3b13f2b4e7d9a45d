"""What a bet is held to was changed: which key, from what to what."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from aftermerge.model.bet import Bet
from aftermerge.model.frozen import FrozenClaim, claim_of
from aftermerge.model.metric import FEEDBACK_RATE, Metric


@dataclass(frozen=True, slots=True)
class Amendment:
    """One key of a claim, as it said before and says now; `nothing` where it said nothing."""

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.key}: {self.before} → {self.after}"


def held_claim(bet: Bet, metrics: Sequence[Metric]) -> str:
    """What a bet is held to; where it names no worth of its own, its metric's worth is what it must reach."""
    known = {metric.name: metric.worth for metric in (FEEDBACK_RATE, *metrics)}
    return claim_of(replace(bet, worth=bet.worth or known.get(bet.metric)))


def amendments(frozen: FrozenClaim, bet: Bet, metrics: Sequence[Metric]) -> tuple[Amendment, ...]:
    """How a bet's claim now differs from the one that was frozen. A metric that was only renamed is the same one."""
    before = _with_current_names(json.loads(frozen.claim), metrics)
    after = json.loads(held_claim(bet, metrics))
    if bet.worth is None and before.get("worth") is None:
        after["worth"] = None  # the metric's own, as it always was
    return _between(before, after)


def differences(before: str, after: str) -> tuple[Amendment, ...]:
    """Between two claims, each as `claim_of` writes it; an empty one claims nothing."""
    return _between(json.loads(before or "{}"), json.loads(after or "{}"))


def _between(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Amendment, ...]:
    pairs = [(key, before.get(key), after.get(key)) for key in sorted({*before, *after})]
    return tuple(Amendment(key, _told(old), _told(new)) for key, old, new in pairs if (old or None) != (new or None))


def _with_current_names(claim: dict[str, object], metrics: Sequence[Metric]) -> dict[str, object]:
    now = {old: metric.name for metric in metrics for old in metric.was}
    guardrails = claim.get("guardrails")
    names = guardrails if isinstance(guardrails, list) else []
    renamed = {"metric": now.get(str(claim.get("metric")), claim.get("metric"))}
    return claim | renamed | {"guardrails": sorted(now.get(str(name), str(name)) for name in names)}


def _told(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{name} {share:g}" for name, share in value.items()) or "nothing"
        case list():
            return ", ".join(map(str, value)) or "nothing"
        case _:
            return str(value or "nothing")
