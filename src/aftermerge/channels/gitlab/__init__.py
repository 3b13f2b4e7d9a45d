"""Notes and statuses on GitLab."""

from aftermerge.channels.gitlab.client import GitLabComments, connect

__all__ = ["GitLabComments", "connect"]
