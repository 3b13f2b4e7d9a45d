"""Comments and statuses on GitHub."""

from aftermerge.channels.github.client import GitHubComments, connect

__all__ = ["GitHubComments", "connect"]
