"""A talk with customers, as one who was there wrote it down."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Interview:
    """One file under `interviews/`, by whose name it is known. `who` of the team was there, as git knows them."""

    slug: str
    on: date
    problem: str
    who: tuple[str, ...]
    notes: str = field(default="", repr=False)
    file: str = ""
