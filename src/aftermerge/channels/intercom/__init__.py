"""Answers in Intercom's conversations."""

from aftermerge.channels.intercom.letters import connect

__all__ = ["connect"]
