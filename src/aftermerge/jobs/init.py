"""`aftermerge init`: look at the repository, write the files that a workspace begins with, touch nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aftermerge.errors import WorkspaceError
from aftermerge.jobs.starter_files import BET_TEMPLATE, BETS_README, METRICS, settings_file
from aftermerge.jobs.survey import Discovery, Survey, survey

__all__ = ["Discovery", "InitSummary", "initialise"]

_IGNORED = ".aftermerge/"


@dataclass(frozen=True, slots=True)
class InitSummary:
    """What was found, in plain words; which files were written or kept as they were; what to do next."""

    root: Path
    found: tuple[str, ...]
    written: tuple[str, ...]
    kept: tuple[str, ...]
    next_steps: tuple[str, ...]


def initialise(start: Path, discover: Callable[[Path], Discovery | None]) -> InitSummary:
    """Make a workspace at the root of the git repository that `start` stands in. A file that exists is never touched.

    `discover` finds that repository, or None.

    Raises:
        WorkspaceError: there is no repository, or a file can't be written.
    """
    repository = discover(start)
    if repository is None:
        raise WorkspaceError(f"{start} is not in a git repository", then="git init, or cd into your repository")
    found = survey(repository)
    fresh = {file: _write(found.root, file, text) for file, text in _files(found).items()}
    fresh[".gitignore"] = _ignore(found.root / ".gitignore")
    return InitSummary(
        root=found.root,
        found=found.facts(),
        written=tuple(file for file, is_new in fresh.items() if is_new),
        kept=tuple(file for file, is_new in fresh.items() if not is_new),
        next_steps=_next_steps(found),
    )


def _files(found: Survey) -> Mapping[str, str]:
    return {
        "aftermerge.toml": settings_file(found),
        "metrics.toml": METRICS,
        "bets/README.md": BETS_README,
        "bets/_template.md": BET_TEMPLATE,
    }


def _write(root: Path, file: str, text: str) -> bool:
    """Whether it was written; False where something stood there already."""
    path = root / file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        if not path.parent.is_dir():
            then = f"move `{path.parent.name}` away, then run `aftermerge init` again"
            raise WorkspaceError(f"{path.parent} is not a folder", then=then) from None
        return False
    except OSError as error:
        raise WorkspaceError(f"{path} can't be written: {error.strerror}") from error
    return True


def _ignore(path: Path) -> bool:
    """Have git ignore the local ledger; whether that was new."""
    try:
        before = path.read_bytes() if path.exists() else b""
        if _IGNORED.strip("/") in {line.strip().strip("/") for line in before.decode(errors="replace").splitlines()}:
            return False
        newline = b"\r\n" if b"\r\n" in before else b"\n"
        gap = newline if before and not before.endswith(b"\n") else b""
        with path.open("ab") as opened:
            opened.write(gap + _IGNORED.encode() + newline)
    except OSError as error:
        raise WorkspaceError(f"{path} can't be written: {error.strerror}") from error
    return True


def _next_steps(found: Survey) -> tuple[str, ...]:
    deepen = ("git fetch --unshallow",) if found.shallow else ()
    return (
        *deepen,
        "read aftermerge.toml and name the feedback and usage data that you have",
        "aftermerge sync",
        "choose a metric in metrics.toml, then `aftermerge bet new` for what you build next",
        "aftermerge doctor, to see which link is still missing",
    )
