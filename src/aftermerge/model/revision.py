"""A revision of a bet: when its file was changed, and what of its claim with it."""

from dataclasses import dataclass
from datetime import datetime

from aftermerge.model.amendment import Amendment


@dataclass(frozen=True, slots=True)
class Revision:
    """`changed` is empty where only words were edited. `is_first` is the one in which the bet was framed.

    `reason` is what the commit's message says of it, whole; `mistake` is why the file could not be read as it was
    committed then.
    """

    at: datetime
    changed: tuple[Amendment, ...] = ()
    is_first: bool = False
    mistake: str | None = None
    reason: str = ""
