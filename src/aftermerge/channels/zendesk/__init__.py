"""Answers in Zendesk's tickets."""

from aftermerge.channels.zendesk.letters import connect

__all__ = ["connect"]
