"""Freshdesk: tickets, by the bodies that its automations send."""
