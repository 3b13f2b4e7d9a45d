"""Mending links by hand: what a person says of a change stands in place of what the rules found."""

from collections.abc import Sequence
from dataclasses import dataclass

from aftermerge.errors import UnknownIdError, nearest
from aftermerge.model.change import Change
from aftermerge.ports import Ledger, Repository


@dataclass(frozen=True, slots=True)
class Mended:
    """The change, the bets that it was linked to, and those that it serves now."""

    change: Change
    before: tuple[str, ...]
    after: tuple[str, ...]


def mend(commit: str, bets: Sequence[str], ledger: Ledger, repository: Repository) -> Mended:
    """Say which bets the change serves with which a commit came to the main line; none: it serves no bet.

    Raises:
        UnknownIdError: the ledger knows no such change, or no such bet.
    """
    known = sorted(bet.slug for bet in ledger.bets())
    for slug in bets:
        if slug not in known:
            raise UnknownIdError(f"there is no bet `{slug}`", then=nearest(slug, known))
    change = _change(commit, ledger, repository)
    before = tuple(link.bet for link in ledger.links() if link.change == change.id)
    after = tuple(dict.fromkeys(bets))
    ledger.link_by_hand(change.id, after)
    return Mended(change, before, after)


def _change(commit: str, ledger: Ledger, repository: Repository) -> Change:
    """By its commit in the workspace's repository, else by the beginning of its id as `ship log` prints it."""
    changes = {change.id: change for change in ledger.changes()}
    full = repository.commit(commit)
    landed = repository.landed_with(full) if full else None
    if landed in changes:
        return changes[landed]
    if full is not None and landed is None:
        what = f"the commit {full[:10]} has not reached the main line"
        raise UnknownIdError(what, then="link it once it is merged")
    found = [change for identifier, change in changes.items() if commit and identifier.startswith(commit)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownIdError(f"`{commit}` begins the ids of {len(found)} changes", then="give more of it")
    then = "run `aftermerge sync`" if landed else "`aftermerge ship log` lists the changes"
    raise UnknownIdError(f"the ledger knows no change `{commit}`", then=then)
