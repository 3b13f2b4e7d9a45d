"""The workspace's own files: bets and metrics, with when git first saw each."""

from aftermerge.connectors.workspace.files import WorkspaceFiles

__all__ = ["WorkspaceFiles"]
