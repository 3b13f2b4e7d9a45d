"""A GitLab project's issues and their notes, as far as customers write them."""

from aftermerge.connectors.gitlab.client import GitLabSource, connect

__all__ = ["GitLabSource", "connect"]
