"""The reason for a revision, as its commit says it.

Blind spot: a squashed commit gives one reason for all that it holds, unless a line of its list names what was changed.
"""

import re
from collections.abc import Sequence
from itertools import chain

_MERGED = re.compile(r"Merge (?:pull request|branch|branches|remote|remote-tracking|tag|commit)\b|Merged in \S")
_NUMBER = re.compile(r"\s*\([#!]\d+\)$")
_BULLET = re.compile(r"[*-]\s+(\S.*)")
_RULE = re.compile(r"[-=_*]{3,}")
_FOR_MACHINES = re.compile(
    r"(?:[a-z]+(?:-[a-z]+)+|bet|cc|refs?|issue): \S.*"
    r"|(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? \S*[#!]\d+\S*|see merge request \S+",
    re.IGNORECASE,
)


def reason_of(message: str, about: Sequence[str] = ()) -> str:
    """A message's subject, and under it the first paragraph of its body.

    A merge's own subject says nothing: what follows it is the subject. Of the list that a squash leaves, the first line
    that names one of the words `about` speaks in the paragraph's place. Trailers are for machines.
    """
    subject, body = _parted(message.replace("\r\n", "\n").strip())
    prose = (part for part in body if not all(map(_BULLET.fullmatch, part)))
    told = _listed(list(chain.from_iterable(body)), about) or " ".join(next(prose, ()))
    return "\n\n".join(filter(None, (_NUMBER.sub("", subject), told)))


def _parted(message: str) -> tuple[str, list[list[str]]]:
    """The subject, and the lines of each paragraph under it that a person wrote."""
    subject, _, rest = message.partition("\n")
    paragraphs = [_lines(part) for part in re.split(r"\n\s*\n", rest)]
    body = [part for part in paragraphs if part]
    if not _MERGED.match(subject) or not body:
        return subject.strip(), body
    (title, *more), *others = body
    return title, [more, *others] if more else others


def _lines(paragraph: str) -> list[str]:
    lines = (line.strip() for line in paragraph.splitlines())
    return [line for line in lines if line and not _RULE.fullmatch(line) and not _FOR_MACHINES.fullmatch(line)]


def _listed(lines: Sequence[str], about: Sequence[str]) -> str:
    bullets = (found[1] for line in lines if (found := _BULLET.fullmatch(line)))
    return next((bullet for bullet in bullets if any(_names(bullet, word) for word in about)), "")


def _names(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.IGNORECASE) is not None
