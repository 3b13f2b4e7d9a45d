"""What a person decides about problems: each decision is one `Curation`, checked before anything is done."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.problem import Attribution, Curation, Problem, Theme
from aftermerge.ports import Ledger

__all__ = ["accept", "link", "merge", "rename", "split", "unlink"]

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def accept(theme: str, problem: str, title: str, ledger: Ledger, now: datetime) -> Curation:
    """A theme's feedback speaks of a problem: a new one, or one that is there, which then keeps its title.

    Raises:
        UnknownIdError: there is no such theme.
        InputError: the problem's name can't be one, or it was merged into another.
    """
    found = _theme(theme, ledger.themes())
    problems = _problem(problem, title, ledger, now)
    return Curation("accept", theme, problems, _by_person(found.members, problem))


def rename(problem: str, title: str, ledger: Ledger, now: datetime) -> Curation:
    """Another title. The id stays, since bets and links bear it.

    Raises:
        UnknownIdError: no feedback speaks of such a problem.
    """
    known = _known(problem, ledger)
    renamed = replace(known, title=title) if known else Problem(problem, title, now)
    return Curation("rename", problem, (renamed,))


def merge(problem: str, into: str, ledger: Ledger, now: datetime) -> Curation:
    """All that is said of one problem is said of another.

    Raises:
        UnknownIdError: no feedback speaks of one of them.
        InputError: both are the same.
    """
    if problem == into:
        raise InputError(f"`{problem}` can't be merged into itself", then="name two problems")
    merged, taking = _known(problem, ledger), _known(into, ledger)
    if taking and taking.merged_into:
        raise InputError(f"`{into}` was merged into `{taking.merged_into}`", then=f"name `{taking.merged_into}`")
    gone = replace(merged or Problem(problem, problem, now), merged_into=into)
    kept = taking or Problem(into, into, now)
    said = [row.feedback for row in ledger.attributions(problem)]
    return Curation("merge", problem, (gone, kept), _by_person(said, into))


def split(problem: str, new: str, title: str, feedback: Sequence[str], ledger: Ledger, now: datetime) -> Curation:
    """Some of what is said of a problem is said of a new one.

    Raises:
        UnknownIdError: no feedback speaks of the problem, or some of what is named does not.
        InputError: the new problem is there already.
    """
    _known(problem, ledger)
    of_problem = {row.feedback for row in ledger.attributions(problem)}
    for identifier in feedback:
        if identifier not in of_problem:
            raise UnknownIdError(
                f"`{identifier}` does not speak of `{problem}`", then=nearest(identifier, sorted(of_problem))
            )
    if new in _ids(ledger):
        raise InputError(f"there is a problem `{new}` already", then=f"`aftermerge hear link ID… {new}` adds to it")
    return Curation("split", problem, _problem(new, title, ledger, now), _by_person(feedback, new))


def link(feedback: Sequence[str], problem: str, ledger: Ledger, now: datetime) -> Curation:
    """Feedback speaks of a problem, whatever was said of it before.

    Raises:
        UnknownIdError: an id names no feedback.
        InputError: the problem's name can't be one, or it was merged into another.
    """
    _refuse_unheard(feedback, ledger)
    return Curation("link", problem, _problem(problem, problem, ledger, now), _by_person(feedback, problem))


def unlink(feedback: Sequence[str], ledger: Ledger) -> Curation:
    """Feedback speaks of no problem.

    Raises:
        UnknownIdError: an id names no feedback.
    """
    _refuse_unheard(feedback, ledger)
    return Curation("unlink", ", ".join(feedback[:3]), released=tuple(feedback))


def _by_person(feedback: Iterable[str], problem: str) -> tuple[Attribution, ...]:
    return tuple(Attribution(identifier, problem, "person") for identifier in dict.fromkeys(feedback))


def _problem(problem: str, title: str, ledger: Ledger, now: datetime) -> tuple[Problem, ...]:
    """The problem to be there afterwards: nothing where a person confirmed it already."""
    if not _SLUG.fullmatch(problem):
        raise InputError(f"`{problem}` can't name a problem", then="use small letters, digits and `-`")
    known = _confirmed(ledger).get(problem)
    if known is not None and known.merged_into:
        raise InputError(f"`{problem}` was merged into `{known.merged_into}`", then=f"name `{known.merged_into}`")
    return () if known else (Problem(problem, title, now),)


def _known(problem: str, ledger: Ledger) -> Problem | None:
    """A problem that feedback speaks of; None where no person has confirmed it."""
    ids = _ids(ledger)
    if problem not in ids:
        raise UnknownIdError(f"nothing is known of a problem `{problem}`", then=nearest(problem, sorted(ids)))
    return _confirmed(ledger).get(problem)


def _ids(ledger: Ledger) -> set[str]:
    return {*_confirmed(ledger), *(row.problem for row in ledger.attributions())}


def _confirmed(ledger: Ledger) -> Mapping[str, Problem]:
    return {problem.id: problem for problem in ledger.problems()}


def _theme(theme: str, themes: Sequence[Theme]) -> Theme:
    known = {found.id: found for found in themes}
    if theme not in known:
        then = "`aftermerge hear themes` lists them" if known else "run `aftermerge hear themes` first"
        raise UnknownIdError(f"there is no theme `{theme}`", then=then)
    return known[theme]


def _refuse_unheard(feedback: Sequence[str], ledger: Ledger) -> None:
    heard = {row.id for row in ledger.feedback_by_id(feedback)}
    for identifier in feedback:
        if identifier not in heard:
            raise UnknownIdError(
                f"`{identifier}` names no feedback", then="`aftermerge hear search` prints each one's id"
            )
