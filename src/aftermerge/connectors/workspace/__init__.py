"""The workspace's own files: bets and metrics, with since when each claim has stood; explorations and interviews."""

from aftermerge.connectors.workspace.files import WorkspaceFiles
from aftermerge.connectors.workspace.notes import read_explorations, read_interviews

__all__ = ["WorkspaceFiles", "read_explorations", "read_interviews"]
