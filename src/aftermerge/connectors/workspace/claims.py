"""What a bet file or a metric's table claims, apart from its wording, its owner and its place."""

import re
import tomllib
from collections.abc import Mapping, Sequence

from aftermerge.bet.check import with_current_names
from aftermerge.bet.parse import parse_bet
from aftermerge.connectors.workspace.framed import Claim
from aftermerge.errors import BetError, InputError
from aftermerge.model.amount import parse_amount
from aftermerge.model.bet import Bet
from aftermerge.model.metric import Metric

_BET_KEYS = (
    "slug",
    "metric",
    "problem",
    "expect",
    "worth",
    "decide",
    "flag",
    "control",
    "treatment",
    "split",
    "rollout",
)
_METRIC_KEYS = (
    "kind",
    "from",
    "good",
    "worth",
    "window",
    "event",
    "column",
    "value",
    "numerator",
    "denominator",
    "where",
    "problem",
    "unit",
    "winsorize",
    "steps",
    "day",
    "q",
    "segment",
    "covariate",
)
_WHEN_LEFT_OUT = {"window": "28d", "unit": "user"}
_WINDOW = re.compile(r"([0-9]{1,3})\s*([dw])")


def bet_claim(bet: Bet) -> Claim:
    """What a bet claims; the order of its guardrails is none of it."""
    lists = {"also": frozenset(bet.also), "guardrails": frozenset(bet.guardrails)}
    return {key: getattr(bet, key) for key in _BET_KEYS} | lists


def bet_claim_in(text: str, metrics: Sequence[Metric]) -> Claim | None:
    """What a version of a bet file claimed, its metrics called as they are now; None where it can't be read."""
    try:
        return bet_claim(with_current_names(parse_bet(text, ""), metrics))
    except BetError:
        return None


def metric_tables(text: str) -> Mapping[str, object]:
    """The tables of a version of metrics.toml; none where it is not TOML."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return {}


def metric_claim_in(tables: Mapping[str, object], metric: Metric) -> Claim | None:
    """What a version of metrics.toml claimed of a metric under any of its names; None where it has no such table."""
    table = next((tables[name] for name in (metric.name, *metric.was) if name in tables), None)
    if not isinstance(table, dict):
        return None
    said = _WHEN_LEFT_OUT | table
    try:
        worth = parse_amount(said.get("worth", ""))
    except InputError:
        return None
    return {key: said.get(key) for key in _METRIC_KEYS} | {"worth": worth, "window": _days(said["window"])}


def _days(window: object) -> object:
    """`2w` is `14d`; what is no window stays as it is."""
    match = _WINDOW.fullmatch(str(window).strip())
    return int(match[1]) * (7 if match[2] == "w" else 1) if match else window
