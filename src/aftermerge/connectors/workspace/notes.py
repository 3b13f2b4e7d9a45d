"""What the team wrote down beside its bets: explorations and interviews, as the working tree has them."""

from collections.abc import Sequence
from pathlib import Path

from aftermerge.connectors.workspace.reading import texts_in
from aftermerge.errors import NoteError
from aftermerge.learn.exploration_file import parse_exploration
from aftermerge.learn.interview_file import parse_interview
from aftermerge.model.exploration import Exploration
from aftermerge.model.interview import Interview


def read_explorations(root: Path, teams: Sequence[str]) -> tuple[Exploration, ...]:
    """
    Raises:
        NoteError: a file under explorations/ has a mistake, or names none of the `teams`.
    """
    texts = texts_in(root, "explorations", NoteError)
    return tuple(parse_exploration(text, file, teams) for file, text in texts.items())


def read_interviews(root: Path) -> tuple[Interview, ...]:
    """
    Raises:
        NoteError: a file under interviews/ has a mistake.
    """
    return tuple(parse_interview(text, file) for file, text in texts_in(root, "interviews", NoteError).items())
