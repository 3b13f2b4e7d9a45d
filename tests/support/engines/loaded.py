"""Where the suite's tables stand in an engine.

An engine joins the suite by one file in tests/usage/engines that holds `engine(root) -> ContextManager[Loaded]`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aftermerge.model.feedback import Feedback
from aftermerge.model.table import UsageTable
from aftermerge.ports import Usage
from aftermerge.usage.warehouse import Warehouse

MakeUsage = Callable[[Sequence[UsageTable], Path, str, Callable[[], Iterable[Feedback]], Mapping[str, str]], Usage]


def by_address(
    tables: Sequence[UsageTable],
    root: Path,
    timezone: str,
    feedback: Callable[[], Iterable[Feedback]],
    environ: Mapping[str, str],
) -> Usage:
    """As a workspace finds it: by the address that its settings name."""
    return Warehouse(tables, root, timezone, feedback, environ=environ)


@dataclass(frozen=True, slots=True)
class Loaded:
    """An engine that is up. `address` is what `engine` says in aftermerge.toml, `environ` what it leaves to it.

    `load` takes a name and a Parquet file, makes a table of the rows, and gives back what `table` says in
    aftermerge.toml.
    """

    address: str
    load: Callable[[str, Path], str]
    environ: Mapping[str, str] = field(default_factory=dict)
    make_usage: MakeUsage = by_address
