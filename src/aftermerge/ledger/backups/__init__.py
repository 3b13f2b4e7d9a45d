"""A ledger as one portable file."""
