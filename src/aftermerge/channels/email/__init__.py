"""Mail by SMTP: answers to customers, and what the team is told."""

from aftermerge.channels.email.config import MailConfig, read_config

__all__ = ["MailConfig", "read_config"]
