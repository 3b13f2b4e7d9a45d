"""Workspaces that move from DuckDB to another engine by one line of aftermerge.toml."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aftermerge.bootstrap import OpenWorkspace, open_workspace
from aftermerge.measure.run import Request, run
from aftermerge.model.readout import Readout
from support.engines.loaded import Loaded

HERE = '\n[usage]\nengine = "duckdb"\n'
"""The line that changes."""


@dataclass(frozen=True, slots=True)
class Moving:
    """A workspace whose tables are the Parquet files `tables`, by the path that its settings give."""

    root: Path
    now: datetime
    tables: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def open(self, environ: Mapping[str, str]) -> Iterator[OpenWorkspace]:
        with open_workspace(self.root, environ, lambda: self.now) as workspace:
            yield workspace

    def readouts(self, environ: Mapping[str, str]) -> dict[tuple[str, str, str], Readout]:
        """Measured anew: by subject, metric and role."""
        with self.open(environ) as workspace:
            request = Request(workspace.timezone, holidays=workspace.holidays)
            found = run(request, workspace.ledger, workspace.usage, workspace.clock).readouts
        return {(readout.subject.id, readout.metric, readout.role): readout for readout in found}

    @contextmanager
    def moved_to(self, loaded: Loaded) -> Iterator[None]:
        """Load the tables, and change the line; and those of tables that the engine can't call as their files are."""
        settings = self.root / "aftermerge.toml"
        before = text = settings.read_text()
        assert text.count(HERE) == 1
        text = text.replace(HERE, HERE.replace("duckdb", loaded.address))
        for path, name in self.tables.items():
            called = loaded.load(name, self.root / path)
            text = text if called == name else text.replace(f'table = "{path}"', f'table = "{called}"')
        settings.write_text(text)
        try:
            yield
        finally:
            settings.write_text(before)
