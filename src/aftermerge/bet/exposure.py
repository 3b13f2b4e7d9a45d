"""Who was meant to get a change, and when: a bet's `split` and `rollout`."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from aftermerge.model.front_matter import FrontMatter

_NUMBER = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,400})?)(%?)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPLIT = "write `split: [off 90, on 10]`"
_ROLLOUT = "write `rollout: [DE 2026-03-02, FR 2026-03-16]`, or the name of a column"
_AS_WRITTEN = Decimal("1e-9")


def split_of(front: FrontMatter) -> dict[str, float]:
    """The share of units that each variant was meant to get, in (0, 1) and 1 in all; empty where none is declared.

    Raises:
        BetError: fewer than two variants, one twice, or a share that is no number above zero.
    """
    parts: dict[str, Decimal] = {}
    for text in front.texts("split"):
        variant, share = _last_word(text)
        match = _NUMBER.fullmatch(share)
        if not variant or match is None or Decimal(match[1]) <= 0:
            raise front.mistake("split", f"`{text}` is not a variant and its share, above zero", then=_SPLIT)
        if variant in parts:
            raise front.mistake("split", f"`{variant}` stands in `split` twice", then="give each variant one share")
        parts[variant] = Decimal(match[1])
    if len(parts) == 1:
        raise front.mistake("split", "a split has two variants or more", then=_SPLIT)
    return _shares(parts)


def _shares(parts: Mapping[str, Decimal]) -> dict[str, float]:
    total = sum(parts.values(), Decimal())
    # What is one, or a hundred, but for its last digits is taken as written, so that it reads back as itself.
    scale = next((Decimal(whole) for whole in (1, 100) if abs(total - whole) <= whole * _AS_WRITTEN), total)
    return {variant: float(part / scale) for variant, part in parts.items()}


def rollout_of(front: FrontMatter) -> dict[str, date] | str | None:
    """The day on which each segment got the change; or the column whose value shows that a unit has the release.

    Raises:
        BetError: a segment without a date, or one that stands there twice.
    """
    texts = front.texts("rollout")
    if len(texts) == 1 and not _is_list(front) and not _DATE.fullmatch(_last_word(texts[0])[1]):
        return texts[0]
    days: dict[str, date] = {}
    for text in texts:
        segment, day = _last_word(text)
        if segment in days:
            raise front.mistake("rollout", f"`{segment}` stands in `rollout` twice", then="give it its first day")
        days[segment] = _day(front, text, segment, day)
    return days or None


def _is_list(front: FrontMatter) -> bool:
    return isinstance(front.entries["rollout"].value, tuple)


def _day(front: FrontMatter, text: str, segment: str, day: str) -> date:
    try:
        return date.fromisoformat(day if segment and _DATE.fullmatch(day) else "")
    except ValueError:
        raise front.mistake("rollout", f"`{text}` is not a segment and its first day", then=_ROLLOUT) from None


def _last_word(text: str) -> tuple[str, str]:
    """What stands before the last word, and that word."""
    first, *last = text.rsplit(None, 1)
    return (first, last[0]) if last else ("", first)
