"""Slack: answers to customers in their threads, and what the team is told."""

from aftermerge.channels.slack.web import slack_api

__all__ = ["slack_api"]
