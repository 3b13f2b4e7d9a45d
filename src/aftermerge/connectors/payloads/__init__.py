"""Webhook bodies that were saved to files."""

from aftermerge.connectors.payloads.client import PayloadsSource, connect

__all__ = ["PayloadsSource", "connect"]
