"""The questions about the bets of a pull request as one comment on it: Markdown as GitHub and GitLab read it.

Nobody is named in it, and no customer is quoted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from aftermerge.errors import AftermergeError
from aftermerge.model.asked import Answer, AskedBet
from aftermerge.render.phrases import people
from aftermerge.render.untrusted import calling_nobody, one_line, with_code

_MOST_BETS = 10
_MARKS = {"pass": "✓", "warn": "!", "missing": "✗"}
_FOOT = "<sub>Asked by Aftermerge from data, before anything is built, and kept up to date here.</sub>"


def asked_comment(asked: Sequence[AskedBet]) -> str:
    """Every question about each bet, with its answer and the next step."""
    parts = ["## Is it worth building?", *("\n\n".join(_bet(item)) for item in asked[:_MOST_BETS])]
    left = len(asked) - _MOST_BETS
    if left > 0:
        parts.append(f"{people(left, 'more bet', 'more bets')}: `aftermerge bet ask`")
    return "\n\n".join([*parts, _FOOT])


def unreadable_comment(error: AftermergeError) -> str:
    """A mistake in a bet's file, where it stands, and what to write instead."""
    where = f"**{calling_nobody(str(error.where))}**: " if error.where else ""
    then = f"\n\n→ {with_code(error.then)}" if error.then else ""
    return f"## A bet can't be read\n\n{where}{with_code(error.what)}{then}\n\n{_FOOT}"


def asked_summary(asked: Sequence[AskedBet]) -> str:
    """`faster-export: 8 pass, 1 warning, 2 missing`."""
    if not asked:
        return "no bet is added or changed"
    name = asked[0].bet.slug if len(asked) == 1 else f"{len(asked)} bets"
    return f"{one_line(name, 60)}: {_counted([answer for item in asked for answer in item.answers])}"


def _bet(item: AskedBet) -> Iterator[str]:
    yield f"### {calling_nobody(item.bet.title, 160)}"
    yield f"`{item.bet.slug}`: {_counted(item.answers)}"
    yield "\n".join(["| | question | answer |", "| --- | --- | --- |", *map(_row, item.answers)])


def _row(answer: Answer) -> str:
    then = f"<br>→ {with_code(answer.then)}" if answer.then else ""
    return f"| {_MARKS[answer.outcome]} | {answer.question} | {with_code(_told(answer), 300)}{then} |"


def _told(answer: Answer) -> str:
    is_named = answer.name == "owner" and answer.outcome == "pass"
    return "the bet says who" if is_named else answer.told


def _counted(answers: Sequence[Answer]) -> str:
    count = Counter(answer.outcome for answer in answers)
    warnings = [people(count["warn"], "warning", "warnings")] if count["warn"] else []
    missing = [f"{count['missing']:,} missing"] if count["missing"] else []
    return ", ".join([f"{count['pass']:,} pass", *warnings, *missing])
