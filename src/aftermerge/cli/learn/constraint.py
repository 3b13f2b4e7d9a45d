"""`aftermerge learn constraint`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.errors import InputError
from aftermerge.jobs.loops import constraint_in
from aftermerge.model.constraint import STATION_OF
from aftermerge.model.loop import STAGES, LoopStage
from aftermerge.render.constraint import constraint_document, constraint_text

_TAKES_NO_HANDS = {
    "heard": "it begins with the customer",
    "exposed": "a rollout takes time by design",
    "confirmed": "it waits for a customer",
}


@click.command()
@click.option("--what-if", "stage", type=click.Choice(STAGES), help="Only this stage: what would relieving it gain?")
@in_folder
@as_json
def constraint(stage: LoopStage | None, folder: Path, as_json: bool) -> None:
    """Which stage holds the others up, and what would half as many hands again at one gain?

    The loops are run again with one stage relieved at a time. Says that it can't be told where too little is known.
    """
    asked = STATION_OF.get(stage) if stage else None
    if stage and asked is None:
        can = ", ".join(f"`{name}`" for name in STATION_OF)
        raise InputError(f"no hand relieves `{stage}`: {_TAKES_NO_HANDS[stage]}", then=f"name one of {can}")
    with open_workspace(folder, os.environ) as workspace:
        found = constraint_in(workspace)
    if as_json:
        print_json(constraint_document(found, asked))
    else:
        say(constraint_text(found, asked, paint))
