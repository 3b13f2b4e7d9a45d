"""`aftermerge learn evidence`: a person's own file."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import in_folder, say
from aftermerge.errors import InputError
from aftermerge.jobs.recognising import evidence_in
from aftermerge.render.evidence import evidence_markdown
from aftermerge.settings import read_ladder

_day = click.DateTime(["%Y-%m-%d"])
_LADDER = "ladder.toml"


@click.command()
@click.option("--from", "since", type=_day, help="First day; a year ago if left out.")
@click.option("--to", "until", type=_day, help="Last day; today if left out.")
@click.option(
    "--ladder",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the team expects; ladder.toml of the workspace if left out.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it into this new file instead.")
@in_folder
def evidence(
    since: datetime | None, until: datetime | None, ladder: Path | None, output: Path | None, folder: Path
) -> None:
    """Your own file: what the facts of a period show of you, in Markdown, month by month and by your team's ladder.

    It is computed when you ask, for you alone, and kept nowhere. Nothing in it is counted.
    """
    with open_workspace(folder, os.environ) as workspace:
        today = workspace.clock().astimezone(workspace.timezone).date()
        first, last = _period(today, since, until)
        file = ladder or workspace.root / _LADDER
        levels = read_ladder(file) if file.is_file() else ()
        text = evidence_markdown(evidence_in(workspace, first, last, levels))
    if output is None:
        say(text.rstrip("\n"))
        return
    _write(output, text)
    say(f"written: {output}, which only you can read")


def _period(today: date, since: datetime | None, until: datetime | None) -> tuple[date, date]:
    last = until.date() if until else today
    first = since.date() if since else last - timedelta(days=365)
    if first > last:
        raise click.UsageError(f"--from {first} is later than --to {last}")
    return first, last


def _write(path: Path, text: str) -> None:
    """For its owner's eyes only, from the first byte on."""
    try:
        with open(path, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path} is there already", then="choose another name: no file is written over") from None
