"""The one place where adapters are chosen: what is read, where is spoken, and all that a workspace needs besides."""

from aftermerge.bootstrap.reading import measured_feedback
from aftermerge.bootstrap.workspace import OpenWorkspace, figures, now, open_workspace

__all__ = ["OpenWorkspace", "figures", "measured_feedback", "now", "open_workspace"]
