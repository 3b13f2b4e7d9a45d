"""The whole round, as a nightly job runs it: sync, then measure, under a lease."""

from dataclasses import dataclass

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import LeaseTakenError
from aftermerge.jobs.sync import Progress, SyncReport, sync_workspace
from aftermerge.measure.run import Request
from aftermerge.measure.run import run as measure
from aftermerge.model.readout import Readouts

LEASE_SECONDS = 120.0
"""One term. It is renewed while the job lives, however long it takes."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What one round did; when another job was at it already, nothing but who."""

    synced: SyncReport | None
    readouts: Readouts | None
    taken: str | None = None


def run(workspace: OpenWorkspace, progress: Progress) -> RunReport:
    """Two jobs at once do the work once: the later one leaves it to the earlier."""
    try:
        with workspace.ledger.lease("run", workspace.clock(), LEASE_SECONDS):
            synced = sync_workspace(workspace, progress)
            request = Request(workspace.timezone, holidays=workspace.holidays)
            return RunReport(synced, measure(request, workspace.ledger, workspace.usage, workspace.clock))
    except LeaseTakenError as error:
        return RunReport(None, None, error.what)
