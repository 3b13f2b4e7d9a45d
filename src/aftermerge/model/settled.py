"""A claim is settled once its readout has spoken, whatever it said."""

from datetime import datetime, time, timedelta, tzinfo

from aftermerge.model.readout import Readout, Verdict

SETTLED: tuple[Verdict, ...] = ("improved", "harmed", "no_change", "cannot_tell")


def is_settled(readout: Readout) -> bool:
    """What could not be read at all, for want of data, has no window, and may still be read."""
    return readout.window is not None and readout.role == "primary" and readout.verdict in SETTLED


def window_end(readout: Readout, timezone: tzinfo) -> datetime | None:
    """When the last day was over on which it was read."""
    if readout.window is None:
        return None
    return datetime.combine(readout.window[1] + timedelta(days=1), time(), timezone)
