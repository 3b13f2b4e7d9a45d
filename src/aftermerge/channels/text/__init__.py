"""A letter's Markdown in the form that each place shows, in which only what its writer meant to be live is live."""

from aftermerge.channels.text.as_html import as_html
from aftermerge.channels.text.as_markdown import as_markdown
from aftermerge.channels.text.as_mrkdwn import as_mrkdwn, inert
from aftermerge.channels.text.as_plain import as_plain

__all__ = ["as_html", "as_markdown", "as_mrkdwn", "as_plain", "inert"]
