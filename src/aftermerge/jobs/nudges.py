"""A bet's owner hears once when it is out, when its verdict is in, and when somebody still waits a week later.

What happened long before is not told any more, so that who turns this on is not flooded; of several things about one
bet only the latest is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from aftermerge.bet.stand import standings
from aftermerge.errors import AftermergeError, LeaseTakenError
from aftermerge.jobs.announce import LEASE_SECONDS, Announced, Announcement, OpenBoard, announce, reference_of
from aftermerge.model.destination import Board, Destination, is_address
from aftermerge.model.nudge import Nudge
from aftermerge.model.quiet import QuietHours
from aftermerge.model.standing import Standing
from aftermerge.ports import Bulletin, Clock, Ledger
from aftermerge.render.nudges import claim_of, nudge_page, nudge_subject
from aftermerge.render.page_blocks import page_blocks
from aftermerge.render.page_html import page_html
from aftermerge.render.page_text import page_text

__all__ = ["WAITS_AFTER", "NudgeReport", "Nudging", "due_nudges", "nudge_owners"]

WAITS_AFTER = timedelta(days=7)
_NEWS = timedelta(days=7)
_VERDICT_NEWS = timedelta(days=14)
_WAIT_NEWS = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Nudging:
    """How owners are told: by which board, by whose clock, and when not."""

    workspace: str
    by: Board
    timezone: tzinfo
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class NudgeReport:
    """What one job told. `is_quiet`: nothing, for the hour. `taken`: another job is at it, so nothing was done."""

    announced: tuple[Announced, ...] = ()
    errors: tuple[AftermergeError, ...] = ()
    is_quiet: bool = False
    taken: str | None = None


def nudge_owners(ledger: Ledger, boards: Mapping[Board, OpenBoard], nudging: Nudging, clock: Clock) -> NudgeReport:
    """Of two jobs with one ledger the later leaves it to the earlier."""
    if nudging.quiet_hours is not None and nudging.quiet_hours.hold(clock(), nudging.timezone):
        return NudgeReport(is_quiet=True)
    today = clock().astimezone(nudging.timezone).date()
    try:
        with ledger.lease("announce", clock(), LEASE_SECONDS):
            given = [_announcement(nudge, nudging) for nudge in due_nudges(standings(ledger), today, nudging.timezone)]
            told, errors = announce(given, ledger, boards, clock)
    except LeaseTakenError as error:
        return NudgeReport(taken=error.what)
    return NudgeReport(tuple(one for one in told if one.became != "already"), errors)


def due_nudges(found: Sequence[Standing], today: date, timezone: tzinfo) -> Iterator[Nudge]:
    """Of each bet the latest that is news, whether or not it was told. One whose owner has no address has none."""
    for standing in found:
        nudge = _latest(standing, today, timezone)
        if nudge and is_address(standing.bet.owner or ""):
            yield nudge


def _latest(standing: Standing, today: date, timezone: tzinfo) -> Nudge | None:
    if standing.release is None or standing.withdrawn is not None:
        return None
    known_on = _known_on(standing)
    if known_on and standing.waiting and WAITS_AFTER <= today - known_on <= _WAIT_NEWS:
        return Nudge("waits", standing)
    if known_on and today - known_on <= _VERDICT_NEWS:
        return Nudge("verdict", standing)
    released_on = standing.release.released_at.astimezone(timezone).date()
    return Nudge("exposed", standing) if not known_on and today - released_on <= _NEWS else None


def _known_on(standing: Standing) -> date | None:
    """The last day over which the claim was read, once it has a verdict."""
    claim = claim_of(standing)
    return claim.window[1] if claim and claim.window and claim.verdict not in (None, "too_early") else None


def _announcement(nudge: Nudge, nudging: Nudging) -> Announcement:
    destination = Destination(nudging.by, str(nudge.standing.bet.owner))
    return Announcement(nudge.name, destination, lambda: _bulletin(nudge, destination, nudging.workspace))


def _bulletin(nudge: Nudge, destination: Destination, workspace: str) -> Bulletin:
    page = nudge_page(nudge)
    return Bulletin(
        reference=reference_of(workspace, nudge.name),
        to=destination.to,
        subject=nudge_subject(nudge),
        text=page_text(page),
        html=page_html(page),
        blocks=page_blocks(page),
    )
