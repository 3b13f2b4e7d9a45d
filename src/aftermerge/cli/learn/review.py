"""`aftermerge learn review`."""

import os
from datetime import datetime
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.learn.period import Period
from aftermerge.learn.review import review as reviewed
from aftermerge.render.documents import review_document
from aftermerge.render.review import review_markdown, review_text

_day = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "since", type=_day, help="First day of the period (YYYY-MM-DD).")
@click.option("--to", "until", type=_day, help="Last day of the period (YYYY-MM-DD).")
@click.option("--markdown", is_flag=True, help="Print Markdown, for a pull request or a wiki.")
@in_folder
@as_json
def review(since: datetime | None, until: datetime | None, markdown: bool, folder: Path, as_json: bool) -> None:
    """What changed for customers, who still waits, and what made no claim."""
    if since and until and since > until:
        raise click.UsageError(f"--from {since:%Y-%m-%d} is later than --to {until:%Y-%m-%d}")
    with open_workspace(folder, os.environ) as workspace:
        period = Period(workspace.timezone, since.date() if since else None, until.date() if until else None)
        answer = reviewed(workspace.name, period, workspace.ledger, workspace.settings.ship.maintenance)
    if as_json:
        print_json(review_document(answer))
    elif markdown:
        say(review_markdown(answer).rstrip("\n"))
    else:
        say(review_text(answer, paint))
