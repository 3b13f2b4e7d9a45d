"""The whole round, as a nightly job runs it: sync, let problems attract, measure, tell, under a lease."""

from dataclasses import dataclass

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import AftermergeError, InputError, LeaseTakenError, OutsideError
from aftermerge.hear.attract import attract
from aftermerge.jobs.comments import CommentsReport, comment_on_pull_requests
from aftermerge.jobs.milestones import mark_measured
from aftermerge.jobs.sync import Progress, SyncReport, sync_workspace
from aftermerge.jobs.team import TeamReport, tell_team
from aftermerge.jobs.tell import Drafted, draft_messages
from aftermerge.measure.run import Request
from aftermerge.measure.run import run as measure
from aftermerge.model.readout import Readouts

LEASE_SECONDS = 120.0
"""One term. It is renewed while the job lives, however long it takes."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one round did; when another job was at it already, nothing but who.

    `attracted` is how much new feedback was attributed by likeness; `unattracted` why none could be. `comments` is
    what was told on pull requests, where a source says so. `drafted` waits for a human's approval. `team` is what
    the team was told by itself.
    """

    synced: SyncReport | None
    readouts: Readouts | None
    taken: str | None = None
    attracted: int = 0
    unattracted: AftermergeError | None = None
    comments: CommentsReport | None = None
    drafted: Drafted | None = None
    team: TeamReport | None = None

    @property
    def errors(self) -> tuple[AftermergeError, ...]:
        reports = (self.synced, self.comments, self.team)
        return tuple(error for report in reports if report for error in report.errors)


def run(workspace: OpenWorkspace, progress: Progress, *, with_feedback: bool = True) -> RunReport:
    """Two jobs at once do the work once: the later one leaves it to the earlier."""
    try:
        with workspace.ledger.lease("run", workspace.clock(), LEASE_SECONDS):
            synced = sync_workspace(workspace, progress, with_feedback=with_feedback)
            attracted, unattracted = _attract(workspace) if with_feedback else (0, None)
            request = Request(workspace.timezone, holidays=workspace.holidays)
            readouts = measure(request, workspace.ledger, workspace.usage, workspace.clock)
            mark_measured(workspace.ledger, workspace.timezone, workspace.clock())
            comments = _comment(workspace)
            drafted = _draft(workspace) if with_feedback else None
            return RunReport(synced, readouts, None, attracted, unattracted, comments, drafted, tell_team(workspace))
    except LeaseTakenError as error:
        return RunReport(None, None, error.what)


def _comment(workspace: OpenWorkspace) -> CommentsReport | None:
    channels = workspace.channels
    return comment_on_pull_requests(workspace.ledger, channels, workspace.clock()) if channels else None


def _draft(workspace: OpenWorkspace) -> Drafted | None:
    """For those only who can be answered where they asked."""
    sources = workspace.answered_by
    return draft_messages(workspace.ledger, workspace.manner, workspace.clock, sources) if sources else None


def _attract(workspace: OpenWorkspace) -> tuple[int, AftermergeError | None]:
    """Let problems draw new feedback. It is for reading and answering: nothing that was drawn so is measured."""
    if not workspace.settings.hear.attract:
        return 0, None
    try:
        drawn = attract(workspace.ledger, workspace.themer)
    except (InputError, OutsideError) as error:
        return 0, error
    return (workspace.ledger.curate(drawn) if drawn else 0), None
