"""Since when a claim has stood as it stands now: goalposts that were moved are as old as the move."""

from collections.abc import Iterable, Mapping
from datetime import datetime

Claim = Mapping[str, object]
"""What is claimed, by key; two are the same claim when they are equal."""


def stood_since(now: Claim, versions: Iterable[tuple[datetime, Claim | None]]) -> datetime | None:
    """When the claim was committed that has stood ever since; None when it is not committed as it stands now.

    `versions` come newest first; None is a version that makes no claim. Only as many are read as are needed.
    """
    since = None
    for time, claim in versions:
        if claim != now:
            break
        since = time
    return since
