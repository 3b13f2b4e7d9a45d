"""A Slack export: what customers write in the channels that are theirs."""

from aftermerge.connectors.slack_export.client import SlackExport, connect

__all__ = ["SlackExport", "connect"]
