"""How far a file was read."""

import json
from dataclasses import asdict, dataclass

__all__ = ["CsvCursor", "read_cursor"]


@dataclass(frozen=True, slots=True)
class CsvCursor:
    """`row` rows of the file with this fingerprint were handed over; `complete` when that is all."""

    fingerprint: str = ""
    row: int = 0
    complete: bool = False

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def read_cursor(text: str | None) -> CsvCursor:
    """A cursor from the ledger; the beginning where there is none, or where it is not one of ours."""
    try:
        return CsvCursor(**json.loads(text)) if text else CsvCursor()
    except (ValueError, TypeError):
        return CsvCursor()
