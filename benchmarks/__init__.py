"""Measured proofs: each prints a table that the docs can quote."""
