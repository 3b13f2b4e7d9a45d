"""The workspace's own files: bets and metrics, with since when each claim has stood."""

from aftermerge.connectors.workspace.files import WorkspaceFiles

__all__ = ["WorkspaceFiles"]
