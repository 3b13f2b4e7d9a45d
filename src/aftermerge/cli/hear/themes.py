"""`aftermerge hear themes`, and naming one."""

import os
from datetime import datetime
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.hear.decided import decide
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.hear import curate
from aftermerge.hear.themes import ThemesAbout, suggest
from aftermerge.render.themes import themes_document, themes_text

QUOTES = 5
_TOO_LITTLE = (
    "No theme stands out among what is unnamed. `aftermerge hear problems` shows what is named; "
    "`aftermerge hear import` brings in more."
)


@click.group(invoke_without_command=True)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was said from this day on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only what was said before this day.")
@click.option("--source", help="Only what this source brought.")
@click.option("--rating", type=float, help="Only what was rated so, or worse.")
@click.option("-n", "most", type=click.IntRange(1), default=12, show_default=True, help="How many, largest first.")
@in_folder
@as_json
@click.pass_context
def themes(
    context: click.Context,
    since: datetime | None,
    until: datetime | None,
    source: str | None,
    rating: float | None,
    most: int,
    folder: Path,
    as_json: bool,
) -> None:
    """What customers speak of that nobody has named yet, largest first. With --json: all of it."""
    if context.invoked_subcommand is not None:
        return
    with open_workspace(folder, os.environ) as workspace:
        zone = workspace.timezone
        about = ThemesAbout(
            since.replace(tzinfo=zone) if since else None, until.replace(tzinfo=zone) if until else None, source, rating
        )
        found = suggest(workspace.ledger, workspace.themer, about)
        shown = [id_ for theme in found for id_ in theme.members[:QUOTES]]
        said = {row.id: row for row in workspace.ledger.feedback_by_id(shown)}
        now = workspace.clock()
    if as_json:
        print_json(themes_document(now, found, said))
    elif found:
        say(themes_text(found[:most], said, paint))
        more = f"{len(found) - most:,} more with -n; " if len(found) > most else ""
        say(paint(f"\n{more}name one: `aftermerge hear themes accept {found[0].id} a-short-name`", "quiet"))
    else:
        say(_TOO_LITTLE)


@themes.command()
@click.argument("theme")
@click.argument("problem")
@click.option("--title", help="What the problem is called. Otherwise its name.")
@in_folder
def accept(theme: str, problem: str, title: str | None, folder: Path) -> None:
    """Name a theme: what it holds speaks of that problem, a new one or one that is there."""
    told = f"`{theme}` is `{problem}`"
    decide(folder, lambda ledger, now: curate.accept(theme, problem, title or problem, ledger, now), told)
