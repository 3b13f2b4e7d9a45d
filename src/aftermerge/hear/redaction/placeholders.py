"""The words that stand in place of what was redacted."""

import re
from collections.abc import Iterator
from typing import get_args

from aftermerge.hear.redaction.found import Found, Kind

_OURS = re.compile(r"\[(" + "|".join(get_args(Kind)) + r")\]")


def in_words(kind: Kind) -> str:
    return f"[{kind}]"


def placeholders(text: str) -> Iterator[Found]:
    if "[" in text:
        yield from (Found(*match.span(), "secret") for match in _OURS.finditer(text))


def without_placeholders(text: str) -> str:
    return _OURS.sub(" ", text) if "[" in text else text
