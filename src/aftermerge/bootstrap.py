"""The one place where adapters are chosen."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from aftermerge.connectors import load
from aftermerge.connectors.git.repository import find_repository
from aftermerge.connectors.workspace import WorkspaceFiles
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable, SeriesTable, UsageTable
from aftermerge.ports import Clock, Connector, SourceContext
from aftermerge.settings import Settings, check_metrics, find_root, read_metrics, read_settings
from aftermerge.usage.duck import DuckUsage

_READ_AS_ROWS = (".csv", ".tsv", ".jsonl", ".ndjson", ".gz")


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OpenWorkspace:
    """A workspace with everything that its stages need."""

    root: Path
    settings: Settings
    metrics: tuple[Metric, ...]
    ledger: SqlLedger
    usage: DuckUsage
    connectors: tuple[Connector, ...]
    clock: Clock

    @property
    def name(self) -> str:
        return self.settings.workspace.name

    @property
    def timezone(self) -> tzinfo:
        return self.settings.workspace.zone


@contextmanager
def open_workspace(start: Path, environ: Mapping[str, str], clock: Clock = now) -> Iterator[OpenWorkspace]:
    """Open the workspace that `start` lies in.

    Raises:
        InputError: there is none, or one of its files has a mistake.
        LedgerError: its ledger can't be opened.
    """
    root = find_root(start)
    settings = read_settings(root, environ)
    metrics = read_metrics(root)
    check_metrics(root, metrics, settings.tables)
    with open_ledger(settings.ledger_url, clock=clock) as ledger:
        yield OpenWorkspace(
            root=root,
            settings=settings,
            metrics=metrics,
            ledger=ledger,
            usage=_usage(settings, ledger),
            connectors=_connectors(settings, metrics),
            clock=clock,
        )


def _connectors(settings: Settings, metrics: tuple[Metric, ...]) -> tuple[Connector, ...]:
    context = _context(settings)
    sources = [load(source.kind)(source.config, context, source.name) for source in settings.sources]
    tables = [load("csv")(_as_source(t), context, t.name) for t in settings.tables if _is_read_as_rows(t)]
    workspace = WorkspaceFiles(settings.root, metrics, find_repository(settings.root))
    return (workspace, *sources, *tables)


def _context(settings: Settings) -> SourceContext:
    home = settings.root / ".aftermerge"
    return SourceContext(settings.root, home / "usage", home / "rejected", settings.workspace.zone)


def _usage(settings: Settings, ledger: SqlLedger) -> DuckUsage:
    tables = _context(settings).tables
    stored = {t.name: tables / f"{t.name}.parquet" for t in settings.tables if _is_read_as_rows(t)}
    return DuckUsage(settings.tables, settings.root, settings.workspace.timezone, ledger.feedback, stored)


def _is_read_as_rows(table: UsageTable) -> bool:
    """Text files are cleaned at sync; Parquet is read where it stands."""
    return table.engine == "duckdb" and table.table.endswith(_READ_AS_ROWS)


def _as_source(table: UsageTable) -> dict[str, object]:
    required = [table.unit] if not isinstance(table, SeriesTable) else [table.day, table.metric]
    shape = "events" if isinstance(table, EventsTable) else "series" if isinstance(table, SeriesTable) else "units"
    return {"kind": "csv", "path": table.table, "as": shape, "required": required}
