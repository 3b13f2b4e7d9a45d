"""A mailbox in one file: what customers wrote, and what the team answered."""

from aftermerge.connectors.mbox.client import MailboxSource, connect

__all__ = ["MailboxSource", "connect"]
