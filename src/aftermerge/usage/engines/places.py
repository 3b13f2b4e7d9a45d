"""Where the tables of one run stand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

from aftermerge.model.feedback import Feedback
from aftermerge.model.table import UsageTable
from aftermerge.usage.embedded import size_in_bytes
from aftermerge.usage.store.reading import KeptFiles

_MEMORY_OF_SUMS = 1024**3


@dataclass(frozen=True, slots=True)
class Places:
    """`stored` files by table name take the place of a table's own path under `root`, and so do those that the local
    store keeps of a table, which `kept` looks up.

    Days are those of `timezone`. `environ` holds what the addresses of engines leave to it. The embedded engine takes
    `memory` (such as `1GiB`) at most, and puts what does not fit under `spill`. Sums of days that files tell are kept
    in the folder `cube`, where there is one.
    """

    tables: tuple[UsageTable, ...]
    root: Path
    timezone: str
    feedback: Callable[[], Iterable[Feedback]]
    stored: Mapping[str, Path] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Callable[[], KeptFiles]] = field(default_factory=dict)
    memory: str | None = None
    spill: Path | None = None
    cube: Path | None = None

    @property
    def memory_of_sums(self) -> int:
        """How many bytes the sums of units may take beside the embedded engine."""
        size = None if self.memory is None else size_in_bytes(self.memory)
        return _MEMORY_OF_SUMS if size is None else min(size // 4, _MEMORY_OF_SUMS)

    def path(self, table: UsageTable) -> str:
        """A path or glob that the embedded engine can read."""
        if table.name in self.stored:
            return escape(str(self.stored[table.name]))
        remote_or_absolute = "://" in table.table or Path(table.table).is_absolute()
        return table.table if remote_or_absolute else f"{escape(str(self.root))}/{table.table}"
