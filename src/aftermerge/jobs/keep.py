"""Take events into the local store, and let days leave it that are too old."""

from collections.abc import Callable
from contextlib import suppress

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.connectors.files.rejects import RejectedFile
from aftermerge.errors import AftermergeError, OutsideError
from aftermerge.model.kept import TakenIn
from aftermerge.model.table import EventsTable

Progress = Callable[[str, int | None, int | None], None]


def take_in(workspace: OpenWorkspace, progress: Progress) -> tuple[TakenIn, ...]:
    """What each stored table gained and lost. A table that can't be taken in is reported, and the others go on."""
    tables = [table for table in workspace.settings.tables if isinstance(table, EventsTable) and table.is_stored]
    return tuple(_take(workspace, table, progress) for table in tables)


def _take(workspace: OpenWorkspace, table: EventsTable, progress: Progress) -> TakenIn:
    """Rows that can't be used are kept until files are taken in again."""
    progress(table.name, None, None)
    with RejectedFile(workspace.context.rejected, table.name) as rejects:
        try:
            taken = workspace.store.take_in(table, progress, rejects.add)
        except AftermergeError as error:
            if rejects.has_rows:  # of files that were taken in before this, and are not read again
                with suppress(OutsideError):
                    rejects.finish()
            return TakenIn(table.name, refused=(error,))
        if taken.files:
            rejects.finish()
        return taken
