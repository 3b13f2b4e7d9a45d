"""The verdict as one comment on the pull request that was merged for it: Markdown as GitHub and GitLab read it.

Nobody is named in it, and no customer is quoted.
"""

import math
from collections.abc import Iterator, Sequence

from aftermerge.model.readout import Check, Readout
from aftermerge.model.standing import Standing
from aftermerge.render.phrases import MARKS, VERDICTS, effect, number, people, provenance, said_of_help, worth
from aftermerge.render.untrusted import calling_nobody

MARKER = "aftermerge: verdict"
"""By which the comment is found again; it does not show."""

_MOST_BETS = 10
_WIDTH = 41
_FOOT = "<sub>Written by Aftermerge, and kept up to date here.</sub>"
_WORDS = {"too_early": "Too early to tell", "cannot_tell": "It can't be told"}
_CROSSED = {"│": "┼", "╎": "╎"}


def verdict_comment(standings: Sequence[Standing]) -> str:
    """What became of the bets that a pull request serves, each with the verdict first."""
    parts = ["\n\n".join(_bet(standing)) for standing in standings[:_MOST_BETS]]
    left = len(standings) - len(parts)
    if left:
        parts.append(f"{people(left, 'more bet', 'more bets')}: `aftermerge bet list`")
    return "\n\n---\n\n".join([*parts, _FOOT])


def _bet(standing: Standing) -> Iterator[str]:
    bet, primary = standing.bet, _primary(standing.readouts)
    verdict = primary.verdict if primary else None
    told = _WORDS.get(verdict or "", VERDICTS[verdict].capitalize())
    yield f"### {MARKS[verdict]} {told}: {calling_nobody(bet.title, 160)}"
    if primary:
        yield from _measured(primary, standing)
    yield from _standing(standing)
    others = [_other(readout) for readout in standing.readouts if readout is not primary]
    listed = [*others, *map(_check, _flaws(standing))]
    if listed:
        yield "\n".join(listed)
    yield from _customers(standing)
    yield f"Read more: `aftermerge bet show {bet.slug}`"


def _primary(readouts: Sequence[Readout]) -> Readout | None:
    return next((readout for readout in readouts if readout.role == "primary"), None)


def _measured(readout: Readout, standing: Standing) -> Iterator[str]:
    expect = standing.bet.expect
    expected = f", {number(expect.value, expect.unit)} was expected" if expect else ""
    told = f" **{effect(readout)}**" if effect(readout) else ": no number could be computed"
    by = provenance(readout).replace("grade", "Grade", 1)
    yield f"{calling_nobody(readout.metric)}{told}. Worth having is {worth(readout)}{expected}. {by}."
    line = interval_line(readout)
    if line:
        legend = f"│ or ┼ no change, ╎ worth having ({worth(readout)}), [──●──] 95% interval"
        yield f"```text\n{line}\n```\n<sub>{legend}</sub>"
    yield f"{calling_nobody(readout.reason[:1].upper() + readout.reason[1:], 600)}."
    if readout.retrospective:
        yield "Retrospective: the claim was written down after users had met the change, and so was not put to a test."


def _standing(standing: Standing) -> Iterator[str]:
    """What makes the verdict weigh less."""
    for item in standing.amended:
        yield f"The claim was amended after it was frozen: {calling_nobody(str(item))}"
    if standing.withdrawn:
        day = f"{standing.withdrawn.released_at:%-d %b %Y}"
        yield f"It was taken back in {calling_nobody(standing.withdrawn.id, 60)} on {day}."


def _flaws(standing: Standing) -> Sequence[Check]:
    """What warns or blocks, each once; that the claim was amended is said above."""
    found = (check for readout in standing.readouts for check in readout.checks if check.outcome != "pass")
    return [check for check in dict.fromkeys(found) if check.name != "amended" or not standing.amended]


def _other(readout: Readout) -> str:
    verdict = f"{MARKS[readout.verdict]} {VERDICTS[readout.verdict]}"
    told = effect(readout) or calling_nobody(readout.reason)
    return f"- {verdict}: {calling_nobody(readout.metric)} ({readout.role}) {told}"


def _check(check: Check) -> str:
    mark = "✗" if check.outcome == "block" else "!"
    return f"- {mark} {calling_nobody(check.name.replace('_', ' '))}: {calling_nobody(check.detail, 300)}"


def _customers(standing: Standing) -> Iterator[str]:
    """How many, and nothing of what they said. None known is no news: the ledger may hold no feedback at all."""
    if not standing.asks:
        return
    waiting = len(standing.waiting)
    waits = (
        f"{waiting:,} still {'waits' if waiting == 1 else 'wait'} for an answer"
        if waiting
        else "none waits for an answer"
    )
    yield f"{people(len(standing.asks))} asked for this; {waits}."
    if standing.helpfulness and standing.helpfulness.told:
        yield f"Those who had the answer, {said_of_help(standing.helpfulness)}."


def interval_line(readout: Readout) -> str:
    """The interval beside no change and what is worth having, in characters; empty where there is none."""
    if readout.estimate is None or readout.low is None or readout.high is None:
        return ""
    marks = (readout.low, readout.estimate, readout.high, 0.0, -readout.worth, readout.worth)
    if not all(math.isfinite(mark) for mark in marks) or min(marks) == max(marks):
        return ""
    low, estimate, high, zero, harm, gain = (_place(mark, min(marks), max(marks)) for mark in marks)
    signs = dict.fromkeys((harm, gain), "╎") | {zero: "│"}
    inside = {place: _CROSSED.get(signs.get(place, ""), "─") for place in range(low, high + 1)}
    signs = signs | inside | {low: "[", high: "]", estimate: "●"}
    return "".join(signs.get(place, " ") for place in range(_WIDTH)).rstrip()


def _place(value: float, least: float, most: float) -> int:
    return round((value - least) / (most - least) * (_WIDTH - 1))
