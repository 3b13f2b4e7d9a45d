"""A git repository: each step of its main line is a change, its tags, merges or deployments are releases."""

from aftermerge.connectors.git.client import GitSource, connect
from aftermerge.connectors.git.repository import GitRepository, find_repository

__all__ = ["GitRepository", "GitSource", "connect", "find_repository"]
