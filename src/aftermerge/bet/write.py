"""A bet → the text of its file, which reads back as the same bet."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from aftermerge.model.amount import Amount
from aftermerge.model.bet import Bet
from aftermerge.model.front_matter import PLAIN, written

_SIGNS = {"pp": "pp", "percent": "%", "absolute": ""}


def bet_file(bet: Bet) -> str:
    """The Markdown file of a bet. `framed_at` and `file` are git's to say and are left out."""
    lines = [f"{key}: {value}" for key, value in _values(bet).items() if value]
    return "\n".join(["---", *lines, "---", bet.why, ""])


def _values(bet: Bet) -> dict[str, str]:
    return {
        "bet": bet.slug,
        "asked": written(bet.asked),
        "helps": written(bet.helps),
        "problem": written(bet.problem),
        "metric": written(bet.metric),
        "also": _list(bet.also),
        "expect": _amount(bet.expect, "+f"),
        "worth": _amount(bet.worth, "f"),
        "guardrails": _list(bet.guardrails),
        "appetite": "" if bet.appetite_days is None else f"{_number(bet.appetite_days, 'f')}d",
        "decide": "" if bet.decide is None else bet.decide.isoformat(),
        "stop": written(bet.stop),
        "owner": written(bet.owner),
        "flag": written(bet.flag),
        "control": written(bet.control),
        "treatment": written(bet.treatment),
        "split": _pairs({variant: _percent(share) for variant, share in bet.split.items()}),
        "rollout": _rollout(bet.rollout),
        "paths": _list(bet.paths),
    }


def _list(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(written(text) for text in texts)}]" if texts else ""


def _pairs(pairs: Mapping[str, str]) -> str:
    """A name and its value an item: `[off 90%, on 10%]`."""
    items = (
        f"{name} {value}" if PLAIN.fullmatch(name) else written(f"{name} {value}") for name, value in pairs.items()
    )
    return f"[{', '.join(items)}]" if pairs else ""


def _rollout(rollout: Mapping[str, date] | str | None) -> str:
    if rollout is None or isinstance(rollout, str):
        return written(rollout)
    return _pairs({segment: day.isoformat() for segment, day in rollout.items()})


def _amount(amount: Amount | None, form: str) -> str:
    return "" if amount is None else _number(amount.value, form) + _SIGNS[amount.unit]


def _percent(share: float) -> str:
    return f"{(Decimal(repr(share)) * 100).normalize():f}%"


def _number(value: float, form: str) -> str:
    return format(Decimal(repr(value)).normalize(), form)
