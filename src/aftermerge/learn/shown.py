"""Evidence must resolve: what a thank-you points at is there to be looked at."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from aftermerge.errors import UnknownIdError
from aftermerge.model.exploration import Exploration
from aftermerge.model.interview import Interview
from aftermerge.ports import Ledger

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_MOST_LOOKED_AT = 2_000
_HOW = "`aftermerge bet list`, `ship log`, `hear search` and `learn explore` print ids"


def resolved(
    given: Sequence[str], ledger: Ledger, explorations: Sequence[Exploration], interviews: Sequence[Interview]
) -> tuple[str, ...]:
    """Each as the workspace knows it, once: a bet, an exploration, an interview's file, a change, a piece of feedback.

    Raises:
        UnknownIdError: one is none of them, with the nearest that is.
    """
    changes = [change.id for change in ledger.changes()]
    plain = [bet.slug for bet in ledger.bets()]
    plain += [item.slug for item in explorations] + [item.file for item in interviews]
    return tuple(dict.fromkeys(_one(id_.strip(), plain, changes, ledger) for id_ in given))


def _one(given: str, plain: Sequence[str], changes: Sequence[str], ledger: Ledger) -> str:
    if given in plain:
        return given
    begun = [change for change in changes if change.startswith(given)] if _COMMIT.fullmatch(given) else []
    if len(begun) == 1:
        return begun[0]
    if begun:
        raise UnknownIdError(f"`{given}` begins the ids of several changes", then="write more of it")
    if ledger.feedback_by_id([given]):
        return given
    what = f"`{given}` is no bet, change, feedback, exploration or interview"
    raise UnknownIdError(what, then=_nearest(given, plain, changes, ledger))


def _nearest(given: str, plain: Sequence[str], changes: Sequence[str], ledger: Ledger) -> str:
    """Of feedback those of the same source that begin alike, since there may be a great many."""
    known = [*plain, *(change[: max(len(given), 7)] for change in changes)]
    if ":" in given:
        known += [row.id for row in ledger.feedback() if row.id.startswith(given[:-2])][:_MOST_LOOKED_AT]
    close = get_close_matches(given, known, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(f'`{word}`' for word in close)}?" if close else _HOW
