"""Zendesk: tickets as what their requesters said, and what the team answered."""

from aftermerge.connectors.zendesk.client import ZendeskSource, connect

__all__ = ["ZendeskSource", "connect"]
