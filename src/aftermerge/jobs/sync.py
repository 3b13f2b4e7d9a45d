"""Read every source, as far as it has come since last time."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from aftermerge.bet.freeze import freeze_merged
from aftermerge.bet.parse import cited
from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import AftermergeError, InputError, OutsideError, WorkspaceError
from aftermerge.hear.attribute import attribute_cited
from aftermerge.hear.receive import received
from aftermerge.hear.refresh import refresh
from aftermerge.jobs.keep import take_in
from aftermerge.jobs.orphans import Orphans, drop_orphans
from aftermerge.jobs.unheard import without_feedback
from aftermerge.ledger.backups.backup import backup
from aftermerge.model.batch import Rejected
from aftermerge.model.kept import TakenIn
from aftermerge.ports import Connector, Ledger, Repository, Stored
from aftermerge.ship.carry import carry
from aftermerge.ship.link import relink

Progress = Callable[[str, int | None, int | None], None]
"""Called with a source's name, and how much of how much is done, where that is known."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """`error` is why a source could not be read to its end; what came before that is kept."""

    name: str
    stored: Stored
    rejected: tuple[Rejected, ...] = ()
    error: AftermergeError | None = None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What changed in the ledger. All zero when nothing was new; `dropped` are sources no longer named.

    `frozen` counts the bets whose first change was seen merged, so that their claims now stand. `unheard` are the
    sources that were left out, since they hear customers. `taken` is what each stored table gained.
    """

    sources: tuple[SourceReport, ...]
    links: Stored
    attributed: int
    dropped: Orphans | None = None
    frozen: int = 0
    unheard: tuple[str, ...] = ()
    taken: tuple[TakenIn, ...] = ()

    @property
    def errors(self) -> tuple[AftermergeError, ...]:
        of_tables = (error for table in self.taken for error in table.refused)
        return (*(source.error for source in self.sources if source.error), *of_tables)

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        of_tables = (row for table in self.taken for row in table.shown)
        return (*(row for source in self.sources for row in source.rejected), *of_tables)


def sync_workspace(workspace: OpenWorkspace, progress: Progress, *, with_feedback: bool = True) -> SyncReport:
    """Drop what is no longer named, with a backup under .aftermerge/backups, then `sync`.

    Dropping comes first, so that a source under a new name is never counted beside itself.

    Raises:
        InputError: no feedback is to be kept, and the ledger holds some.
        LedgerError: the backup can't be written, or the ledger can't.
    """

    def save() -> Path:
        path = workspace.settings.new_backup(workspace.clock(), "-before-dropping")
        return backup(workspace.ledger, path).path

    connectors, unheard = workspace.connectors, tuple[str, ...]()
    if not with_feedback:
        connectors, unheard = without_feedback(connectors, workspace.settings.sources, workspace.ledger)
    configured = {connector.name for connector in workspace.connectors}
    dropped = drop_orphans(workspace.ledger, configured, save)
    report = sync(connectors, workspace.ledger, progress, workspace.region)
    make_searchable(workspace)
    frozen = freeze_merged(workspace.ledger, repository_of(workspace), workspace.clock())
    taken = take_in(workspace, progress)
    return replace(report, dropped=dropped, frozen=frozen, unheard=unheard, taken=taken)


def make_searchable(workspace: OpenWorkspace) -> None:
    """Bring the index up to what was heard. Where it can't be written now, the next search does so and says why."""
    with suppress(OutsideError):
        refresh(workspace.ledger, workspace.index)


def repository_of(workspace: OpenWorkspace) -> Repository | None:
    """None where the workspace stands in no git repository."""
    try:
        return workspace.repository
    except WorkspaceError:
        return None


def sync(connectors: Sequence[Connector], ledger: Ledger, progress: Progress, region: str | None = None) -> SyncReport:
    """Each batch is kept together with its cursor, so that a run that was cut off goes on where it stopped.

    `region`, a country's two letters, is where a telephone number without a country's code is from.
    """
    sources = tuple(read_source(connector, ledger, progress, region) for connector in connectors)
    attributed = attribute_cited(ledger, {bet.slug: cited(bet) for bet in ledger.bets()})
    carry(ledger)
    return SyncReport(sources, relink(ledger), attributed)


def read_source(connector: Connector, ledger: Ledger, progress: Progress, region: str | None) -> SourceReport:
    """Read one source as far as it has come; what customers said in it is redacted. Its failure is in the report."""
    stored = Stored()
    rejected: list[Rejected] = []
    progress(connector.name, None, None)
    try:
        for batch in connector.pull(ledger.cursor(connector.name)):
            stored += ledger.store(connector.name, received(batch, region))
            rejected += batch.rejected
            progress(connector.name, batch.done, batch.total)
    except (InputError, OutsideError) as error:
        return SourceReport(connector.name, stored, tuple(rejected), error)
    return SourceReport(connector.name, stored, tuple(rejected))
