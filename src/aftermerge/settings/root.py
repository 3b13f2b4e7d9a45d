"""Where a workspace begins: the folder with its aftermerge.toml."""

from pathlib import Path

from aftermerge.errors import WorkspaceError

SETTINGS_FILE = "aftermerge.toml"
METRICS_FILE = "metrics.toml"


def find_root(start: Path) -> Path:
    """The nearest folder, `start` or above it, that holds aftermerge.toml.

    Raises:
        WorkspaceError: there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    raise WorkspaceError(f"no {SETTINGS_FILE} in {start} or above it", then="run `aftermerge init`")
