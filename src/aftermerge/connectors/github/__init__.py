"""A GitHub repository's issues, comments and discussions, as far as customers write them."""

from aftermerge.connectors.github.client import GitHubSource, connect

__all__ = ["GitHubSource", "connect"]
