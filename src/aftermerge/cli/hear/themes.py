"""`aftermerge hear themes`, and accepting one as a problem."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.hear.decided import decide
from aftermerge.cli.hear.period import moment_of, ratings_of
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, progress_bar, say
from aftermerge.hear import curate
from aftermerge.hear.themes import suggest
from aftermerge.model.search import SearchQuery
from aftermerge.render.themes import QUOTES, themes_document, themes_text


@click.group(invoke_without_command=True)
@click.option("--source", help="Only from this source.")
@click.option("--rating", help="Only with this rating: 1-2, 4-, 5.")
@click.option("--version", help="Only about this version, as the customer's app gave it.")
@click.option("--since", help="From this day on, or so long ago: 2026-03-01, 14d, 6w, 3m, 1y.")
@click.option("--until", help="Before this day.")
@click.option("-n", "most", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many to show.")
@in_folder
@as_json
@click.pass_context
def themes(
    context: click.Context,
    source: str | None,
    rating: str | None,
    version: str | None,
    since: str | None,
    until: str | None,
    most: int,
    folder: Path,
    as_json: bool,
) -> None:
    """What customers speak of that nobody has named yet, the largest first.

    Feedback that speaks of no problem is grouped by what it says. `themes accept` makes a problem of a group.
    """
    if context.invoked_subcommand is not None:
        return
    least_rating, most_rating = ratings_of(rating)
    with open_workspace(folder, os.environ) as workspace:
        now, zone = workspace.clock(), workspace.timezone
        query = SearchQuery(
            source=source,
            version=version,
            since=moment_of(since, zone, now),
            until=moment_of(until, zone, now),
            least_rating=least_rating,
            most_rating=most_rating,
        )
        with progress_bar() as progress:
            progress("what is said alike", None, None)
            found = suggest(workspace.ledger, workspace.themer, query)
        shown = found if as_json else found[:most]
        quoted = [member for theme in shown for member in theme.members[:QUOTES]]
        said = {row.id: row for row in workspace.ledger.feedback_by_id(quoted)}
    if as_json:
        print_json(themes_document(now, shown, said))
    elif found:
        say(themes_text(shown, len(found), said, paint))
    else:
        say("No theme: too little was heard that speaks of no problem yet, or it is all different.")


@themes.command()
@click.argument("theme")
@click.option("--as", "problem", required=True, help="The problem's id: a new one, or one that is there.")
@click.option("--title", help="What the problem is called. Otherwise its id.")
@in_folder
def accept(theme: str, problem: str, title: str | None, folder: Path) -> None:
    """Say that a theme is a problem: its feedback speaks of it from now on."""
    decide(
        folder,
        lambda ledger, now: curate.accept(theme, problem, title or problem, ledger, now),
        f"`{theme}` is `{problem}` now",
    )
