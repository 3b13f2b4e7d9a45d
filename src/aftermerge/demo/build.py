"""Build the whole company: a repository, its bets, its usage and its customers' words."""

from datetime import date
from pathlib import Path

import numpy as np

from aftermerge.demo import series, usage, voices
from aftermerge.demo.bets import BETS
from aftermerge.demo.history import commits, framed_at
from aftermerge.demo.parquet import write_events, write_series
from aftermerge.demo.repository import write_repository
from aftermerge.demo.timeline import Calendar
from aftermerge.demo.truth import Truth, truth_of
from aftermerge.demo.unnamed import signed, unnamed
from aftermerge.errors import WorkspaceError


def build(into: Path, seed: int, today: date) -> Truth:
    """Write Harbor's workspace into a new or empty folder and say what was planted.

    The same seed and day give the same commits, tickets and rows. The data end with the day before `today`.

    Raises:
        WorkspaceError: the folder is not empty, is no folder, or can't be written.
        OutsideError: git is missing or failed.
    """
    try:
        _make_room(into)
        return _fill(into, seed, Calendar(today))
    except OSError as error:
        reason = error.strerror or str(error)
        raise WorkspaceError(f"`{into}` can't be written: {reason}", then="name a folder that you may write") from error


def _make_room(into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise WorkspaceError(f"`{into}` is not empty", then="name a new or an empty folder for the demo")


def _fill(into: Path, seed: int, calendar: Calendar) -> Truth:
    people, harbours, words, work, more, hands = (np.random.default_rng([seed, room]) for room in range(6))
    world = usage.simulate(people, calendar)
    named = voices.simulate(words, calendar, usage.active_users(world, calendar))
    tickets = voices.in_order(signed(hands, [*named, *unnamed(more, calendar)]))
    cited = {bet.slug: voices.cited(tickets, bet, framed_at(calendar, bet)) for bet in BETS}
    write_repository(into, commits(work, calendar, cited))
    data = into / "data"
    data.mkdir()
    voices.write_tickets(data / "support.csv", tickets)
    write_series(data / "daily.parquet", series.simulate(harbours, calendar))
    write_events(data / "events.parquet", world)
    return truth_of(world)
