"""A bet file → a bet, and the feedback that it cites."""

import math
import re

from aftermerge.bet.exposure import rollout_of, split_of
from aftermerge.errors import BetError, InputError
from aftermerge.model.amount import Amount, parse_amount
from aftermerge.model.bet import Bet
from aftermerge.model.front_matter import FrontMatter, Genre, read_front_matter

BET = Genre("a bet", BetError, "begin it as bets/_template.md does", "bet: a-name")

KEYS = (
    "bet",
    "asked",
    "helps",
    "problem",
    "metric",
    "also",
    "expect",
    "worth",
    "guardrails",
    "appetite",
    "decide",
    "stop",
    "owner",
    "flag",
    "control",
    "treatment",
    "split",
    "rollout",
    "paths",
)
"""The keys of a bet file, in the order in which they are written."""

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_CITED = re.compile(r"(?<![\w:./#@-])([A-Za-z][A-Za-z0-9._-]*:[A-Za-z0-9_-][\w:./#=-]*)")


def parse_bet(text: str, file: str) -> Bet:
    """Read a bet file: front matter between `---` lines, then why we believe it. `framed_at` is left out.

    `appetite` counts calendar days: `5d` is 5 days and `2w` is 14.

    Raises:
        BetError: the first mistake, with its line in `file`.
    """
    front = read_front_matter(text, file, BET)
    front.refuse_unknown(KEYS)
    return Bet(
        slug=_slug(front),
        metric=front.needed("metric", "a-name-in-metrics.toml"),
        asked=front.text("asked") or "",
        helps=front.text("helps") or "",
        problem=front.text("problem"),
        also=front.texts("also"),
        guardrails=front.texts("guardrails"),
        expect=_amount(front, "expect"),
        worth=_worth(front),
        appetite_days=front.span_days("appetite"),
        decide=front.day("decide"),
        stop=front.text("stop"),
        owner=front.text("owner"),
        flag=front.text("flag"),
        control=front.text("control"),
        treatment=front.text("treatment"),
        split=split_of(front),
        rollout=rollout_of(front),
        paths=front.texts("paths"),
        why=front.body,
        file=file,
    )


def cited(bet: Bet) -> tuple[str, ...]:
    """The feedback ids that a bet cites, such as `zendesk:8841`, in order, each once.

    An id is a source's name, a colon, and the source's own id with a digit in it; so `12:30`, `note:this` and
    web addresses are none. Whether such feedback exists is for the ledger to say.
    """
    text = _URL.sub(" ", "\n".join((bet.asked, bet.helps, bet.why)))
    found = (token.rstrip(".:/#=-") for token in _CITED.findall(text))
    return tuple(dict.fromkeys(token for token in found if any(sign.isdigit() for sign in token.partition(":")[2])))


def _slug(front: FrontMatter) -> str:
    slug = front.needed("bet", "faster-export")
    if not _SLUG.fullmatch(slug):
        then = "use small letters, digits and `-`, as in `faster-export`"
        raise front.mistake("bet", f"`{slug}` can't name a bet", then)
    return slug


def _amount(front: FrontMatter, key: str) -> Amount | None:
    text = front.text(key)
    if text is None:
        return None
    try:
        amount = parse_amount(text)
    except InputError as error:
        raise front.mistake(key, error.what, error.then) from None
    if not math.isfinite(amount.value):
        raise front.mistake(key, f"`{key}` is too large a number", then="write `1pp`, `5%` or a plain number")
    return amount


def _worth(front: FrontMatter) -> Amount | None:
    worth = _amount(front, "worth")
    if worth is not None and worth.value <= 0:
        raise front.mistake("worth", f"`{worth}` is not worth having", then="write it above zero: it has no direction")
    return worth
