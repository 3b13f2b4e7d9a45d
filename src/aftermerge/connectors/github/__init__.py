"""A GitHub repository: what customers write in it, the pull requests that were merged, and what reached users."""

from aftermerge.connectors.github.client import GitHubSource, connect

__all__ = ["GitHubSource", "connect"]
