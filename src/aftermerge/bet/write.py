"""A bet → the text of its file, which reads back as the same bet."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from aftermerge.model.amount import Amount
from aftermerge.model.bet import Bet

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./@+%-]*")
_UNSAFE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_SIGNS = {"pp": "pp", "percent": "%", "absolute": ""}


def bet_file(bet: Bet) -> str:
    """The Markdown file of a bet. `framed_at` and `file` are git's to say and are left out."""
    lines = [f"{key}: {value}" for key, value in _values(bet).items() if value]
    return "\n".join(["---", *lines, "---", bet.why, ""])


def _values(bet: Bet) -> dict[str, str]:
    return {
        "bet": bet.slug,
        "asked": _text(bet.asked),
        "helps": _text(bet.helps),
        "problem": _text(bet.problem),
        "metric": _text(bet.metric),
        "also": _list(bet.also),
        "expect": _amount(bet.expect, "+f"),
        "worth": _amount(bet.worth, "f"),
        "guardrails": _list(bet.guardrails),
        "appetite": "" if bet.appetite_days is None else f"{_number(bet.appetite_days, 'f')}d",
        "decide": "" if bet.decide is None else bet.decide.isoformat(),
        "stop": _text(bet.stop),
        "owner": _text(bet.owner),
        "flag": _text(bet.flag),
        "control": _text(bet.control),
        "treatment": _text(bet.treatment),
        "split": _pairs({variant: _percent(share) for variant, share in bet.split.items()}),
        "rollout": _rollout(bet.rollout),
        "paths": _list(bet.paths),
    }


def _text(text: str | None) -> str:
    if not text or (_PLAIN.fullmatch(text) and text.lower() != "null"):
        return text or ""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'


def _list(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(_text(text) for text in texts)}]" if texts else ""


def _pairs(pairs: Mapping[str, str]) -> str:
    """A name and its value an item: `[off 90%, on 10%]`."""
    items = (f"{name} {value}" if _PLAIN.fullmatch(name) else _text(f"{name} {value}") for name, value in pairs.items())
    return f"[{', '.join(items)}]" if pairs else ""


def _rollout(rollout: Mapping[str, date] | str | None) -> str:
    if rollout is None or isinstance(rollout, str):
        return _text(rollout)
    return _pairs({segment: day.isoformat() for segment, day in rollout.items()})


def _amount(amount: Amount | None, form: str) -> str:
    return "" if amount is None else _number(amount.value, form) + _SIGNS[amount.unit]


def _percent(share: float) -> str:
    return f"{(Decimal(repr(share)) * 100).normalize():f}%"


def _number(value: float, form: str) -> str:
    return format(Decimal(repr(value)).normalize(), form)
