"""All tables. A column bears the name of the dataclass's field that it keeps; `versions/migrations/` builds them."""

from aftermerge.ledger.tables import bet, hear, learn, measure, ship, tell, upkeep
from aftermerge.ledger.tables.metadata import metadata

__all__ = ["bet", "hear", "learn", "measure", "metadata", "ship", "tell", "upkeep"]
