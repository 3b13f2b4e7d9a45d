"""When a bet was first seen to be measured."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from aftermerge.model.notice import Milestone
from aftermerge.model.readout import Readout
from aftermerge.model.settled import is_settled, window_end
from aftermerge.ports import Ledger


def mark_measured(ledger: Ledger, timezone: tzinfo, now: datetime) -> int:
    """Keep of each bet when its claim was first settled; how many were new.

    What was settled before anything was ever marked is dated by the last day over which it was read.
    """
    is_first = not any(mark.stage == "measured" for mark in ledger.milestones())
    settled = [readout for readout in ledger.readouts()[1] if readout.subject.kind == "bet" and is_settled(readout)]
    return ledger.mark_milestones(list(_marks(settled, timezone, now, is_first=is_first)))


def _marks(settled: list[Readout], timezone: tzinfo, now: datetime, *, is_first: bool) -> Iterator[Milestone]:
    for readout in settled:
        end = window_end(readout, timezone)
        if end and (is_first or readout.retrospective):
            yield Milestone(readout.subject.id, "measured", min(end, now), "last day of the readout")
        else:
            yield Milestone(readout.subject.id, "measured", now, f"readout of {readout.metric}")
