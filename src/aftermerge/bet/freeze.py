"""Freezing: what a bet is held to, as it stood when its first change was merged.

Blind spot: git says when a version was committed, not when it came to the main line; of a bet that was being edited on
a branch at the time, the branch's version may be taken.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import dropwhile

from aftermerge.bet.check import with_current_names
from aftermerge.bet.parse import parse_bet
from aftermerge.errors import AftermergeError, UnknownIdError, nearest
from aftermerge.model.amendment import held_claim
from aftermerge.model.amount import Amount, parse_amount
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change
from aftermerge.model.file_version import FileVersion
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.metric import Metric
from aftermerge.ports import Ledger, Repository

_METRICS_FILE = "metrics.toml"


def freeze_merged(ledger: Ledger, repository: Repository | None, now: datetime) -> int:
    """Freeze each bet whose first change was merged, as it stood at that merge; how many that were.

    A bet that came only after the merge is not frozen: nothing was claimed in time. Without a repository nobody knows
    how a bet stood then, and what it says now is frozen as of now.
    """
    frozen, metrics = {claim.bet for claim in ledger.frozen_claims()}, ledger.metrics()
    first = _first_changes(ledger)
    waiting = [(bet, first[bet.slug]) for bet in ledger.bets() if bet.slug in first and bet.slug not in frozen]
    if repository is None:
        return ledger.freeze([FrozenClaim(bet.slug, now, None, held_claim(bet, metrics)) for bet, _ in waiting])
    claims = [_claimed_at(bet, change, metrics, repository) for bet, change in waiting]
    return ledger.freeze([claim for claim in claims if claim is not None])


def freeze(slugs: Sequence[str], ledger: Ledger, repository: Repository | None, now: datetime) -> tuple[str, ...]:
    """Freeze the named bets, or all, as they stand now; those that were not frozen yet.

    The commit is the present one, where the claim is committed as it stands.

    Raises:
        UnknownIdError: a slug names no bet.
    """
    bets, metrics = {bet.slug: bet for bet in ledger.bets()}, ledger.metrics()
    for slug in slugs:
        if slug not in bets:
            raise UnknownIdError(f"there is no bet `{slug}`", then=nearest(slug, sorted(bets)))
    frozen = {claim.bet for claim in ledger.frozen_claims()}
    new = [bets[slug] for slug in dict.fromkeys(slugs or bets) if slug not in frozen]
    head = repository.commit("HEAD") if repository and new else None
    ledger.freeze([FrozenClaim(b.slug, now, head if b.framed_at else None, held_claim(b, metrics)) for b in new])
    return tuple(bet.slug for bet in new)


def _first_changes(ledger: Ledger) -> dict[str, Change]:
    """The change of each bet that was merged first."""
    changes = {change.id: change for change in ledger.changes()}
    linked = [(changes[link.change], link.bet) for link in ledger.links() if link.change in changes]
    oldest_last = sorted(linked, key=lambda pair: (pair[0].merged_at, pair[0].id), reverse=True)
    return {bet: change for change, bet in oldest_last}


def _claimed_at(bet: Bet, change: Change, metrics: Sequence[Metric], repository: Repository) -> FrozenClaim | None:
    """What the newest version that could be read claimed when the change was merged."""
    if bet.begun_at is None or bet.begun_at > change.merged_at:
        return None
    for text in _not_later(repository.versions_of_file(bet.file), change.merged_at):
        try:
            was = with_current_names(parse_bet(text, bet.file), metrics)
        except AftermergeError:
            continue
        stood = [_as_it_stood(metric, change.merged_at, repository) for metric in metrics if metric.name == was.metric]
        return FrozenClaim(bet.slug, change.merged_at, change.id, held_claim(was, stood))
    return None


def _as_it_stood(metric: Metric, at: datetime, repository: Repository) -> Metric:
    """A metric with the worth that it had; the present one where that can't be read."""
    if metric.framed_at is not None and metric.framed_at <= at:
        return metric
    for text in _not_later(repository.versions_of_file(_METRICS_FILE), at):
        worth = _worth_in(text, (metric.name, *metric.was))
        if worth is not None:
            return replace(metric, worth=worth)
    return metric


def _worth_in(text: str, names: Iterable[str]) -> Amount | None:
    try:
        tables = tomllib.loads(text.removeprefix("\ufeff"))
        table = next((tables[name] for name in names if name in tables), None)
        return parse_amount(table["worth"]) if isinstance(table, dict) and "worth" in table else None
    except (ValueError, RecursionError, AftermergeError):
        return None


def _not_later(versions: Iterable[FileVersion], at: datetime) -> Iterable[str]:
    return (version.text for version in dropwhile(lambda version: version.committed_at > at, versions))
