"""One piece of feedback whole, or all that one customer said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.hear.copies import first_of
from aftermerge.hear.releases import by_version, release_among
from aftermerge.model.feedback import Feedback
from aftermerge.model.found import WholeFeedback
from aftermerge.model.problem import Attribution
from aftermerge.ports import Ledger

__all__ = ["show"]

_MOST_ALIKE = 200


def show(given: str, ledger: Ledger, why: str | None = None) -> tuple[WholeFeedback, ...]:
    """Of a piece of feedback, by its id, or of a customer, by theirs: oldest first.

    With `why`, the words as they were written too; that is journalled, and done for one piece at a time.

    Raises:
        UnknownIdError: it is neither, or it was forgotten.
        InputError: the words as they were written were asked for, of a customer.
    """
    found = ledger.feedback_by_id([given])
    if not found:
        found = _said_by(given, ledger)
        if why is not None:
            what = f"`{given}` is a customer: the words as they were written are read one piece at a time"
            raise InputError(what, then=f"`aftermerge hear show {found[0].id} --verbatim --why …`")
    whole = _whole(found, ledger)
    return whole if why is None else (_with_verbatim(whole[0], ledger, why),)


def _with_verbatim(whole: WholeFeedback, ledger: Ledger, why: str) -> WholeFeedback:
    verbatim = ledger.verbatim(whole.feedback.id, why)
    return replace(whole, verbatim=verbatim)


def _said_by(customer: str, ledger: Ledger) -> Sequence[Feedback]:
    everything = ledger.feedback()
    found = [row for row in everything if row.asker == customer]
    if not found:
        raise _unknown(customer, ledger, everything)
    return found


def _unknown(given: str, ledger: Ledger, everything: Sequence[Feedback]) -> UnknownIdError:
    for stone in ledger.tombstones():
        if stone.is_of(given):
            what = f"`{given}` was forgotten on {stone.forgotten_at:%Y-%m-%d}"
            return UnknownIdError(what, then="nothing of it is left to show")
    alike = _alike(given, everything)
    then = nearest(given, alike) if alike else "`aftermerge hear search` lists the ids"
    return UnknownIdError(f"`{given}` is neither a piece of feedback nor a customer", then=then)


def _alike(given: str, everything: Sequence[Feedback]) -> list[str]:
    """Ids that begin like it or hold its last part: so few can be compared letter by letter."""
    beginning, last = given[: max(len(given) - 2, 1)], given.rpartition(":")[2]
    known = {id_: None for row in everything for id_ in (row.id, row.asker)}
    return [id_ for id_ in known if id_.startswith(beginning) or last in id_][:_MOST_ALIKE]


def _whole(found: Sequence[Feedback], ledger: Ledger) -> tuple[WholeFeedback, ...]:
    releases, copies = by_version(ledger.releases()), ledger.near_copies()
    problems = {problem.id: problem for problem in ledger.problems()}
    said = _attributions(found, ledger)
    return tuple(
        WholeFeedback(
            row,
            release_among(row, releases),
            problems.get(row.problem or ""),
            said.get(row.id),
            _copies(row.id, copies),
        )
        for row in found
    )


def _attributions(found: Sequence[Feedback], ledger: Ledger) -> Mapping[str, Attribution]:
    problems = {row.problem for row in found if row.problem}
    return {said.feedback: said for problem in sorted(problems) for said in ledger.attributions(problem)}


def _copies(feedback: str, copies: Mapping[str, str]) -> tuple[str, ...]:
    first = first_of(feedback, copies)
    family = {first, *(later for later in copies if first_of(later, copies) == first)}
    return tuple(sorted(family - {feedback}))
