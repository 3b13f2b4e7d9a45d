"""Frozen answers in, text out: no reading, no computing."""
