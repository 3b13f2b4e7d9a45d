"""What every command shares: the folder it works in, JSON, colour, progress."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # at run time it would bring the whole ledger into `--help`
    from aftermerge.jobs.sync import Progress

WANTS_ATTENTION = 3
"""The exit code of a check that found something for a human."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
in_folder = click.option(
    "-C",
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Work in this folder instead of the current one.",
)

without_feedback = click.option(
    "--without-feedback",
    is_flag=True,
    help="Leave out the sources that hear customers, for a ledger that holds none of their words or names.",
)

_COLOURS = {
    "good": {"fg": "green", "bold": True},
    "bad": {"fg": "red", "bold": True},
    "unsure": {"fg": "yellow"},
    "strong": {"bold": True},
    "quiet": {"dim": True},
}
_ESCAPE = re.compile(r"(\x1b\[[0-9;]*m)")
_OURS = frozenset(_ESCAPE.findall("".join(click.style("x", **style) for style in _COLOURS.values())))  # type: ignore[arg-type]


def paint(text: str, style: str) -> str:
    """Colour, which click takes away again where nobody looks."""
    return click.style(text, **_COLOURS[style])  # type: ignore[arg-type]


def say(text: str, *, err: bool = False) -> None:
    """Print for a person: of all that a terminal would obey, only our own colours are let through."""
    parts = _ESCAPE.split(text)
    click.echo("".join(part if part in _OURS else _without_control(part) for part in parts), err=err)


def say_error(error: Exception) -> None:
    say(f"{paint('error:', 'bad')} {error}", err=True)


def print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def _without_control(text: str) -> str:
    return "".join(c for c in text if c in "\n\t\u200d" or unicodedata.category(c) not in ("Cc", "Cf"))


@contextmanager
def progress_bar() -> "Iterator[Progress]":
    """A bar a source, on a terminal's error stream; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield lambda name, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(name: str, done: int | None, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=None)
            bars.update(tasks[name], completed=done or 0, total=total)

        yield advance
