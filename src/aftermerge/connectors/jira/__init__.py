"""Jira: issues as what their reporters said, and what the team answered in public."""

from aftermerge.connectors.jira.client import JiraSource, connect

__all__ = ["JiraSource", "connect"]
