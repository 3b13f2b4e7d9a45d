"""`aftermerge learn explore`, and beginning one."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import OpenWorkspace, open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.jobs.recognising import explored_in
from aftermerge.learn.exploration_file import exploration_file, new_exploration
from aftermerge.render.explorations import explorations_document, explorations_text
from aftermerge.settings import Team

_NONE = "Nothing is being explored. `aftermerge learn explore new SLUG --question …` begins."


@click.group(invoke_without_command=True)
@in_folder
@as_json
@click.pass_context
def explore(context: click.Context, folder: Path, as_json: bool) -> None:
    """What is being explored, what was learned, which box of time was kept, raided, or lapsed.

    Read from explorations/*.md as they stand, and from git for when an outcome was committed.
    """
    if context.invoked_subcommand is not None:
        return
    with open_workspace(folder, os.environ) as workspace:
        found, now = explored_in(workspace), workspace.clock()
        bets = {bet.slug for bet in workspace.ledger.bets()}
    if as_json:
        print_json(explorations_document(now, found))
    else:
        say(explorations_text(found, bets, paint) or _NONE)


@explore.command()
@click.argument("slug")
@click.option("--question", required=True, help="What you want to know.")
@click.option("--team", help="Which team protects the time, as aftermerge.toml names it.")
@click.option("--days", type=click.IntRange(1, 366), default=5, show_default=True, help="The box, from today on.")
@in_folder
def new(slug: str, question: str, team: str | None, days: int, folder: Path) -> None:
    """Write an exploration's file, with a box of time that begins today. A file that is there is never touched."""
    with open_workspace(folder, os.environ) as workspace:
        protecting = _team(workspace, team)
        today = workspace.clock().astimezone(workspace.timezone).date()
        begun = new_exploration(slug, question, today, days, team)
        _write(workspace.root / begun.file, exploration_file(begun))
    say(f"written: {begun.file}, until {begun.until:%-d %b %Y}")
    if protecting and protecting.slack_days:
        say(f"{protecting.name} declared {' and '.join(protecting.slack_days)} as time for this")
    elif protecting:
        say(paint(f"{protecting.name} declares no time for this: `slack_days` in aftermerge.toml", "unsure"))
    say(paint("next: commit it; then write its `outcome`, and commit that, by the end of its box", "quiet"))


def _team(workspace: OpenWorkspace, name: str | None) -> Team | None:
    teams = {team.name: team for team in workspace.settings.teams}
    if name is not None and name not in teams:
        raise UnknownIdError(f"aftermerge.toml has no team `{name}`", then=nearest(name, list(teams)))
    return teams[name] if name else None


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path} is there already", then="choose another name, or edit that file") from None
