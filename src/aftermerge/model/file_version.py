"""A file as it was committed once."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FileVersion:
    """`committed_at` is the committer's time (aware, UTC), `message` that of the commit which gave it this text.

    Where the file was deleted, the text is empty.
    """

    committed_at: datetime
    text: str
    message: str = ""
