"""Evidence must resolve: what a thank-you points at is there to be looked at."""

import re
from collections.abc import Collection, Sequence
from difflib import get_close_matches
from heapq import nlargest
from itertools import takewhile

from aftermerge.errors import UnknownIdError
from aftermerge.model.exploration import Exploration
from aftermerge.model.interview import Interview
from aftermerge.ports import Ledger, Repository

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_MOST_LOOKED_AT = 500
_HOW = "`aftermerge bet list`, `ship log`, `hear search` and `learn explore` print ids"


def resolved(
    given: Sequence[str],
    ledger: Ledger,
    repository: Repository,
    explorations: Sequence[Exploration],
    interviews: Sequence[Interview],
) -> tuple[str, ...]:
    """Each as the workspace knows it, once: a bet, an exploration, an interview's file, a change, a piece of feedback.

    A commit is the change with which it came to the main line.

    Raises:
        UnknownIdError: one is none of them, with the nearest that is.
    """
    changes = {change.id for change in ledger.changes()}
    plain = [bet.slug for bet in ledger.bets()]
    plain += [item.slug for item in explorations] + [item.file for item in interviews]
    found = []
    for id_ in map(str.strip, given):
        known = id_ if id_ in plain else _change(id_, changes, repository) or _feedback(id_, ledger)
        if known is None:
            what = f"`{id_}` is no bet, change, feedback, exploration or interview"
            raise UnknownIdError(what, then=_nearest(id_, plain, ledger))
        found.append(known)
    return tuple(dict.fromkeys(found))


def _change(given: str, changes: Collection[str], repository: Repository) -> str | None:
    if not _COMMIT.fullmatch(given):
        return None
    begun = [change for change in changes if change.startswith(given)]
    if len(begun) == 1:
        return begun[0]
    commit = repository.commit(given)
    landed = repository.landed_with(commit) if commit else None
    return landed if landed in changes else None


def _feedback(given: str, ledger: Ledger) -> str | None:
    return given if ledger.feedback_by_id([given]) else None


def _nearest(given: str, plain: Sequence[str], ledger: Ledger) -> str:
    """Of feedback those that begin alike, since there may be a great many."""
    known = list(plain)
    if ":" in given:
        ids = (row.id for row in ledger.feedback())
        known += nlargest(_MOST_LOOKED_AT, ids, key=lambda id_: _alike(given, id_))
    close = get_close_matches(given, known, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(f'`{word}`' for word in close)}?" if close else _HOW


def _alike(one: str, other: str) -> int:
    """How many characters they begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
