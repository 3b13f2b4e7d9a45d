"""Why is this line here? Blame → change → bet → the customers' words → what it did."""

import re
from dataclasses import replace

from aftermerge.errors import DataError
from aftermerge.model.trail import Served, Trail
from aftermerge.ports import Ledger, Repository
from aftermerge.ship.log import LoggedChange, log

MOST_VOICES = 3
_LINE = re.compile(r"(.+):([1-9][0-9]{0,8})")


def why(asked: str, ledger: Ledger, repository: Repository) -> Trail:
    """Follow a commit, or a line as `path:line`, as far as what was written down reaches.

    Raises:
        DataError: it names neither a commit nor a line of a file that is known to git.
    """
    trail = _begun(asked, repository)
    if trail.commit is None:
        return replace(trail, ends="this line is not committed yet")
    landed = repository.landed_with(trail.commit)
    if landed is None:
        return replace(trail, ends="this commit has not reached the main line: nothing was merged yet")
    found = next((item for item in log(ledger) if item.change.id == landed), None)
    if found is None:
        return replace(trail, ends=f"the ledger does not know the change {landed[:10]}: run `aftermerge sync`")
    return _of_change(trail, found, ledger)


def _begun(asked: str, repository: Repository) -> Trail:
    """A name that is a commit is one; all else is a line."""
    commit = repository.commit(asked)
    if commit is not None:
        return Trail(asked, commit=commit)
    match = _LINE.fullmatch(asked)
    if match is None:
        then = "give a commit's hash, or a line as `src/app.py:120`"
        raise DataError(f"`{asked}` is neither a commit nor a line of a file", then=then)
    origin = repository.origin_of_line(match[1], int(match[2]))
    return Trail(asked, origin=origin, commit=origin.commit)


def _of_change(trail: Trail, found: LoggedChange, ledger: Ledger) -> Trail:
    served = tuple(_served(slug, found, ledger) for slug in found.bets)
    trail = replace(trail, change=found.change, releases=found.releases, served=served)
    return replace(trail, ends=_end(trail))


def _served(slug: str, found: LoggedChange, ledger: Ledger) -> Served:
    bet = next(bet for bet in ledger.bets() if bet.slug == slug)
    said = [row for row in ledger.feedback(bet.problem) if row.text] if bet.problem else []
    readouts = [r for r in ledger.readouts()[1] if r.subject.kind == "bet" and r.subject.id == slug]
    return Served(
        bet=bet,
        rule=found.rule or "paths",
        customers=len({row.asker for row in said}),
        voices=tuple(said[:MOST_VOICES]),
        readouts=tuple(sorted(readouts, key=lambda readout: readout.role != "primary")),
    )


def _end(trail: Trail) -> str | None:
    """Where it breaks off; None where it goes through to a verdict for every bet."""
    if not trail.served:
        return "the change serves no bet: it made no claim"
    if not trail.releases:
        return "no release has carried the change yet"
    unmeasured = [item.bet.slug for item in trail.served if not item.readouts]
    if unmeasured:
        return f"`{unmeasured[0]}` has not been measured yet: run `aftermerge measure run`"
    unheard = [item.bet.slug for item in trail.served if not item.voices]
    return f"nobody's words are known to stand behind `{unheard[0]}`" if unheard else None
