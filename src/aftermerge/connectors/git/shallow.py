"""A shallow clone: where its history was cut off."""

from pathlib import Path

from aftermerge.connectors.git.process import Git

__all__ = ["shallow_commits"]


def shallow_commits(git: Git) -> frozenset[str]:
    """The oldest commits that a shallow clone has; empty for a whole one."""
    file = Path(git.ask("rev-parse", "--git-path", "shallow"))
    absolute = file if file.is_absolute() else git.folder / file
    return frozenset(absolute.read_text(encoding="ascii").split()) if absolute.is_file() else frozenset()
