"""What Aftermerge remembers: SQLite or PostgreSQL behind `ports.Ledger`."""

from aftermerge.ledger.journal import JournalEntry
from aftermerge.ledger.opening import open_ledger
from aftermerge.ledger.sql_ledger import SqlLedger

__all__ = ["JournalEntry", "SqlLedger", "open_ledger"]
