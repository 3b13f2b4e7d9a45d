"""What a workspace reads: its sources, and the tables that are measured."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from functools import partial
from pathlib import Path

from aftermerge.connectors import load
from aftermerge.connectors.git.repository import find_repository
from aftermerge.connectors.workspace import WorkspaceFiles
from aftermerge.errors import SettingsError
from aftermerge.ledger import SqlLedger
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable
from aftermerge.ports import Clock, Connector, SourceContext
from aftermerge.settings import Settings, Source, is_kept, is_read_as_rows, with_its_line
from aftermerge.usage.store import Store
from aftermerge.usage.warehouse import Warehouse


def connectors_of(settings: Settings, metrics: tuple[Metric, ...], context: SourceContext) -> tuple[Connector, ...]:
    sources = [_connect(settings.root, index, source, context) for index, source in enumerate(settings.sources)]
    tables = [load("csv")(_as_source(t), _zoned(context, t), t.name) for t in settings.tables if is_read_as_rows(t)]
    workspace = WorkspaceFiles(settings.root, metrics, find_repository(settings.root))
    return (workspace, *sources, *tables)


def _connect(root: Path, index: int, source: Source, context: SourceContext) -> Connector:
    try:
        connector = load(source.kind)(source.config, context, source.name)
    except SettingsError as error:
        raise with_its_line(error, root, index) from error
    return _PlacedSource(connector, root, index)


@dataclass(frozen=True, slots=True)
class _PlacedSource:
    """The `[[source]]` at `index`. A mistake in its settings that shows only in reading is told with its line too."""

    connector: Connector
    root: Path
    index: int

    @property
    def name(self) -> str:
        return self.connector.name

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        try:
            yield from self.connector.pull(cursor)
        except SettingsError as error:
            raise with_its_line(error, self.root, self.index) from error


def context_of(settings: Settings, environ: Mapping[str, str]) -> SourceContext:
    home = settings.home
    return SourceContext(settings.root, home / "usage", home / "rejected", settings.workspace.zone, environ)


def usage_of(settings: Settings, ledger: SqlLedger, tables: Path, environ: Mapping[str, str]) -> Warehouse:
    stored = {t.name: tables / f"{t.name}.parquet" for t in settings.tables if is_read_as_rows(t)}
    heard, store = partial(measured_feedback, ledger), store_of(settings, ledger, ledger.now)
    kept = {table.name: partial(store.files, table.name) for table in settings.tables if is_kept(table)}
    return Warehouse(
        settings.tables,
        settings.root,
        settings.workspace.timezone,
        heard,
        stored,
        environ,
        kept,
        settings.memory,
        store.spill,
        settings.home / "usage" / "cube",
    )


def store_of(settings: Settings, ledger: SqlLedger, clock: Clock) -> Store:
    """Where events are kept for a team that has no warehouse."""
    home, zone = settings.home, settings.workspace.timezone
    return Store(home / "usage" / "store", settings.root, ledger, clock, zone, settings.memory, home / "tmp")


def measured_feedback(ledger: SqlLedger) -> list[Feedback]:
    """What is measured: likeness may grow or wane with the very change that is judged, so that it says nothing here."""
    drawn = {row.feedback for row in ledger.attributions() if row.by == "attracted"}
    return [replace(row, problem=None) if row.id in drawn else row for row in ledger.feedback()]


def _zoned(context: SourceContext, table: UsageTable) -> SourceContext:
    """A series has days, which are the same everywhere: as midnights of the workspace they would move in UTC."""
    return replace(context, timezone=UTC) if isinstance(table, SeriesTable) else context


def _as_source(table: UsageTable) -> dict[str, object]:
    """A table of text as a source: a row without what tells it apart, or without its time, is rejected with a word."""
    source: dict[str, object] = {"kind": "csv", "path": table.table}
    match table:
        case EventsTable():
            unit, time, event = (table.columns.get(name, name) for name in (table.unit, table.time, table.event))
            return source | {"as": "events", "required": [unit, time, event], "times": [time]}
        case SeriesTable():
            return source | {"as": "series", "required": [table.day, table.metric], "times": [table.day]}
        case UnitsTable():
            return source | {"as": "units", "required": [table.unit, table.variant]}
