"""The words that stand in place of what was redacted."""

import re
from collections.abc import Iterator
from typing import get_args

from aftermerge.hear.redaction.found import Found, Kind

_OURS = re.compile(r"\[(" + "|".join(get_args(Kind)) + r")\]")


def in_words(kind: Kind) -> str:
    return f"[{kind}]"


_LOGGED = re.compile(
    r"(?:(?:19|20)\d\d[-/.])?\d\d[-/.]\d\d[ T]\d\d:\d\d:\d\d[.,]\d{3,9}(?:[ \t]+\d{1,6}[ \t-]+\d{1,6}(?![\d]|[ -]\d))?"
)


def log_times(text: str) -> Iterator[Found]:
    """The beginning of a line of a log: when, and the numbers of process and thread, which look like a telephone's."""
    if ":" in text:
        yield from (Found(*match.span(), "secret") for match in _LOGGED.finditer(text))


def placeholders(text: str) -> Iterator[Found]:
    if "[" in text:
        yield from (Found(*match.span(), "secret") for match in _OURS.finditer(text))


def without_placeholders(text: str) -> str:
    return _OURS.sub(" ", text) if "[" in text else text
