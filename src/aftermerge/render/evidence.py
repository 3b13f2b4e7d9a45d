"""A person's own file, as Markdown for them alone. No customer's words are in it."""

import re
from collections.abc import Iterator

from aftermerge.model.evidence import EvidenceFile, EvidenceItem, EvidenceMonth, MetExpectation, MetLevel
from aftermerge.render.phrases import days
from aftermerge.render.thanks import HABITS
from aftermerge.render.untrusted import one_line

_LONGEST = 1_200
_NOTHING = "Nothing recorded."
_ACTING = re.compile(r"[\\`*<>&@]|(?<!\w)_|_(?!\w)|\](?=[(\[:])|:(?=//)")


def evidence_markdown(answer: EvidenceFile) -> str:
    """Month by month, the quiet ones too; then by what the team's ladder expects."""
    parts = (_head(answer), *map(_month, answer.months), *_ladder(answer), *_unseen(answer))
    return "\n\n".join(parts) + "\n"


def _head(answer: EvidenceFile) -> str:
    lines = (
        f"# What the facts show, {days(answer.since, answer.until)}",
        f"{_code(answer.person)} at {_plain(answer.workspace)}",
        "Computed when you asked, from facts that you can look at, and kept nowhere: it is yours, and you choose who "
        "reads it. A quiet month is one in which nothing left a trace here.",
    )
    return "\n\n".join(lines)


def _month(month: EvidenceMonth) -> str:
    lines = [_line(item) for item in month.items] or [_NOTHING]
    return "\n".join([f"## {month.first:%B %Y}", "", *lines])


def _line(item: EvidenceItem) -> str:
    who = f", by {_code(item.giver)}" if item.giver else f", to {_code(item.receiver)}" if item.receiver else ""
    words = f": “{_plain(item.words)}”" if item.words else ""
    shown = ", ".join(_code(id_) for id_ in item.evidence if id_ != item.about)
    told = f"{_code(item.about)} {_plain(item.told)}{who}{words}"
    return f"- {item.on:%-d %b}: {told} ({shown})" if shown else f"- {item.on:%-d %b}: {told}"


def _ladder(answer: EvidenceFile) -> Iterator[str]:
    if answer.levels:
        yield "# By the ladder\n\nA gap says that nothing was recorded here, not that nothing was done."
        yield from map(_level, answer.levels)


def _level(met: MetLevel) -> str:
    return "\n\n".join([f"## {_plain(met.level.text)}", *map(_expectation, met.expectations)])


def _expectation(met: MetExpectation) -> str:
    habits = ", ".join(HABITS[habit] for habit in met.expectation.habits)
    lines = [_line(item) for item in met.items] or [_NOTHING]
    head = [f"### {_plain(met.expectation.text)}", ""]
    return "\n".join([*head, *([f"*{habits}*", ""] if habits else []), *lines])


def _unseen(answer: EvidenceFile) -> Iterator[str]:
    if answer.unseen:
        yield "\n".join(["# Not looked for", "", *(f"- {text}" for text in answer.unseen)])


def _code(text: str) -> str:
    """In a code span, where nothing acts."""
    return f"`{' '.join(text.replace('`', ' ').split())}`"


def _plain(text: str) -> str:
    """Words that can be read as they stand in the file, in which nothing is a link, a mention or a tag."""
    return _ACTING.sub(
        lambda sign: f"&#{ord(sign[0])};" if sign[0] in "<>&@:" else f"\\{sign[0]}", one_line(text, _LONGEST)
    )
