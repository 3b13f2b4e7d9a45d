"""GitLab: what customers write in issues; what was merged; when it was released and deployed."""

from aftermerge.connectors.gitlab.client import GitLabSource, connect

__all__ = ["GitLabSource", "connect"]
