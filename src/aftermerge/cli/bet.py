"""`aftermerge bet list`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.model.bet import Bet
from aftermerge.model.change import first_releases
from aftermerge.render.documents import moment
from aftermerge.render.untrusted import one_line


@click.group()
def bet() -> None:
    """Claims, written down before they are built."""


@bet.command(name="list")
@in_folder
@as_json
def list_(folder: Path, as_json: bool) -> None:
    """Every bet, its metric, and the release that carried it."""
    with open_workspace(folder, os.environ) as workspace:
        bets, now = workspace.ledger.bets(), workspace.clock()
        reached = first_releases(workspace.ledger.releases(), workspace.ledger.links())
    releases = {slug: release.id for slug, release in reached.items()}
    if as_json:
        print_json({"as_of": moment(now), "bets": [_document(item, releases.get(item.slug)) for item in bets]})
    elif bets:
        say("\n".join(_line(item, releases.get(item.slug)) for item in bets))
    else:
        say("No bet has been read yet. Copy bets/_template.md, commit it, and run `aftermerge sync`.")


def _document(bet: Bet, release: str | None) -> dict[str, object]:
    return {
        "id": bet.slug,
        "asked": bet.asked,
        "helps": bet.helps,
        "problem": bet.problem,
        "metric": bet.metric,
        "worth": str(bet.worth) if bet.worth else None,
        "decide": bet.decide.isoformat() if bet.decide else None,
        "framed_at": moment(bet.framed_at),
        "release": release,
        "file": bet.file,
    }


def _line(bet: Bet, release: str | None) -> str:
    told = paint(f"in {release}", "quiet") if release else paint("not released", "unsure")
    return f"{paint(bet.slug, 'strong')}  {one_line(bet.title, 70)}  {bet.metric}  {told}"
