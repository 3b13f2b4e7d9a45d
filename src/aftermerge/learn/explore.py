"""How explorations stand: what was asked, in which box of time, and what was learned by its end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, tzinfo

from aftermerge.errors import NoteError
from aftermerge.learn.exploration_file import parse_exploration
from aftermerge.model.exploration import Exploration, ExplorationState, ExploredQuestion
from aftermerge.model.file_version import FileVersion

Versions = Callable[[str], Iterable[FileVersion]]
"""The committed versions of a file, newest first."""

_Past = Sequence[tuple[date, Exploration]]
"""What stood in the file since each day, oldest first."""


def explored(
    explorations: Sequence[Exploration],
    versions_of: Versions,
    today: date,
    timezone: tzinfo,
    slack_days: Mapping[str, Sequence[str]],
) -> tuple[ExploredQuestion, ...]:
    """Each exploration as it stands on the day `today` in `timezone`, newest first. `slack_days` are by team."""
    found = []
    for item in sorted(explorations, key=lambda item: item.slug):
        past = _past(item, versions_of(item.file), timezone)
        found.append(_standing(item, past, today, tuple(slack_days.get(item.protected_by or "", ()))))
    return tuple(sorted(found, key=lambda item: item.exploration.since, reverse=True))


def _past(now: Exploration, versions: Iterable[FileVersion], timezone: tzinfo) -> _Past:
    """Versions that can't be read are passed over."""
    past = []
    for version in versions:
        try:
            read = parse_exploration(version.text, now.file)
        except NoteError:
            continue
        past.append((version.committed_at.astimezone(timezone).date(), read))
    return tuple(reversed(past))


def _standing(now: Exploration, past: _Past, today: date, slack_days: tuple[str, ...]) -> ExploredQuestion:
    ends, outcome_on = _end((*past, (today, now))), _outcome_on(now, past)
    return ExploredQuestion(now, _state(now, ends, outcome_on, today), ends, outcome_on, slack_days)


def _end(past: _Past) -> date:
    """An end can be moved until it has passed."""
    ends = past[0][1].until
    for day, version in past:
        ends = version.until if day <= ends else ends
    return ends


def _outcome_on(now: Exploration, past: _Past) -> date | None:
    """The day since when it has had an outcome, committed."""
    since = None
    for day, version in reversed(past if now.outcome else ()):
        if version.outcome is None:
            break
        since = day
    return since


def _state(now: Exploration, ends: date, outcome_on: date | None, today: date) -> ExplorationState:
    if now.raided_by:
        return "raided"
    if outcome_on is not None and outcome_on <= ends:
        return "kept"
    if outcome_on is None and today <= ends:
        return "open"
    return "late" if now.outcome else "lapsed"
