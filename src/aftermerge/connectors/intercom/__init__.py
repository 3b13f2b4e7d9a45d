"""Intercom: conversations as what their contacts said, and what the team answered."""

from aftermerge.connectors.intercom.client import IntercomSource, connect

__all__ = ["IntercomSource", "connect"]
