"""aftermerge.toml, metrics.toml, ladder.toml: read, checked, frozen; a mistake has its line and the nearest word."""

from aftermerge.settings.ladder import read_ladder
from aftermerge.settings.metrics import check_metrics, read_metrics
from aftermerge.settings.root import find_root
from aftermerge.settings.table_files import is_kept, is_read_as_rows
from aftermerge.settings.workspace import Settings, Source, Team, Workspace, read_settings, with_its_line

__all__ = [
    "Settings",
    "Source",
    "Team",
    "Workspace",
    "check_metrics",
    "find_root",
    "is_kept",
    "is_read_as_rows",
    "read_ladder",
    "read_metrics",
    "read_settings",
    "with_its_line",
]
