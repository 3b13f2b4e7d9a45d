"""The verdict, brought back to the pull requests that were merged for it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from aftermerge.bet.stand import standings
from aftermerge.errors import AftermergeError, InputError, LeaseTakenError, OutsideError
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.standing import Standing
from aftermerge.ports import Comments, Ledger, Posted
from aftermerge.render.pull_request import MARKER, verdict_comment
from aftermerge.ship.requests import requests_of

LEASE_SECONDS = 120.0
"""One term. It is renewed while the job lives."""

Opened = Callable[[], AbstractContextManager[Comments]]
"""Opens a channel for one job."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to stand on a pull request."""

    request: PullRequest
    body: str


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a draft."""

    request: PullRequest
    posted: Posted


@dataclass(frozen=True, slots=True)
class CommentsReport:
    """What one job did, up to the errors that ended it at a source; `taken`: another job is at it, so nothing."""

    told: tuple[Told, ...] = ()
    errors: tuple[AftermergeError, ...] = ()
    taken: str | None = None

    def of(self, outcome: str) -> Sequence[Told]:
        return [told for told in self.told if told.posted.outcome == outcome]


def comment_on_pull_requests(ledger: Ledger, channels: Mapping[str, Opened], now: datetime) -> CommentsReport:
    """Each channel, by the source whose pull requests it speaks on, says there what the ledger knows now.

    Of two jobs with one ledger the later leaves it to the earlier; jobs with a ledger each end in one comment, too.
    """
    if not channels:
        return CommentsReport()
    try:
        with ledger.lease("comments", now, LEASE_SECONDS):
            return _comment(drafts(ledger, channels), channels)
    except LeaseTakenError as error:
        return CommentsReport(taken=error.what)


def drafts(ledger: Ledger, sources: Collection[str] | None = None) -> list[Draft]:
    """One for each merged pull request of these sources, or all, that serves a bet with a readout, oldest first."""
    known = {standing.bet.slug: standing for standing in standings(ledger) if standing.readouts}
    served = _served(ledger, known) if known else {}
    wanted = {request.id: request for request in ledger.pull_requests() if sources is None or request.source in sources}
    return [Draft(request, verdict_comment(served[id_])) for id_, request in wanted.items() if id_ in served]


def _served(ledger: Ledger, known: Mapping[str, Standing]) -> dict[str, list[Standing]]:
    """By the id of each pull request the bets that its changes serve."""
    merged = requests_of(ledger.changes(), ledger.pull_requests())
    served: dict[str, dict[str, Standing]] = {}
    for link in ledger.links():
        if link.change in merged and link.bet in known:
            served.setdefault(merged[link.change].id, {})[link.bet] = known[link.bet]
    return {id_: list(found.values()) for id_, found in served.items()}


def _comment(given: Sequence[Draft], channels: Mapping[str, Opened]) -> CommentsReport:
    told: list[Told] = []
    errors: list[AftermergeError] = []
    for source, opened in channels.items():
        try:
            # One by one, so that what was told before an error is reported.
            for one in _on_source([draft for draft in given if draft.request.source == source], opened):
                told.append(one)  # noqa: PERF402
        except (InputError, OutsideError) as error:
            errors.append(error)
    return CommentsReport(tuple(told), tuple(errors))


def _on_source(given: Sequence[Draft], opened: Opened) -> Iterator[Told]:
    if not given:
        return
    with opened() as comments:
        for draft in given:
            request = draft.request
            yield Told(request, comments.put_comment(request.repository, request.number, MARKER, draft.body))
