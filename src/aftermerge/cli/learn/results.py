"""`aftermerge learn results`."""

import os
from datetime import datetime
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.learn.asked_period import AskedPeriod, day
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.learn.period import Period
from aftermerge.learn.results import results as results_of
from aftermerge.render.results import results_document, results_text


@click.command()
@click.option("--from", "since", type=day, help="First day of the period (YYYY-MM-DD).")
@click.option("--to", "until", type=day, help="Last day of the period (YYYY-MM-DD).")
@click.option("--period", help="week or month, the last full one; 2026-W10; 2026-03.")
@click.option("--search", metavar="WORDS", default="", help="What did not land, of all times, that speaks of these.")
@in_folder
@as_json
def results(
    since: datetime | None, until: datetime | None, period: str | None, search: str, folder: Path, as_json: bool
) -> None:
    """What the bets came to, what was stopped on time, and what did not land.

    Of everything so far, or of a period. Search what did not land before the next bet is made.
    """
    with open_workspace(folder, os.environ) as workspace:
        asked = AskedPeriod(since, until, period).period(workspace) or Period(workspace.timezone)
        today = workspace.clock().astimezone(workspace.timezone).date()
        maintenance = workspace.settings.ship.maintenance
        found = results_of(workspace.name, asked, workspace.ledger, today, maintenance, search.strip())
    if as_json:
        print_json(results_document(found))
    else:
        say(results_text(found, paint))
