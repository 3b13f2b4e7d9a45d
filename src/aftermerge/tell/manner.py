"""How customers are written to."""

from dataclasses import dataclass
from datetime import timedelta, tzinfo

from aftermerge.model.quiet import QuietHours
from aftermerge.tell.draft import Drafting
from aftermerge.tell.links import Links

__all__ = ["Manner"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How customers are written to. Without `links` they can't be asked whether it helped, but in their thread."""

    timezone: tzinfo
    answer: Drafting
    question: Drafting
    ask_after: timedelta
    quiet_hours: QuietHours | None = None
    links: Links | None = None
