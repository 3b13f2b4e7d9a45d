"""`aftermerge learn loops`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.errors import UnknownIdError, nearest
from aftermerge.jobs.loops import loops_in
from aftermerge.model.loop import Loop, Loops
from aftermerge.render.loops import loop_text, loops_document, loops_text


@click.command()
@click.argument("bet", required=False)
@in_folder
@as_json
def loops(bet: str | None, folder: Path, as_json: bool) -> None:
    """How long each stage takes from heard to confirmed, and where loops wait.

    With the name of a BET: its stamps, and what each is known by. Loops and hand-offs are counted, people never.
    """
    with open_workspace(folder, os.environ) as workspace:
        found, name = loops_in(workspace), workspace.name
    if as_json:
        print_json(loops_document(found))
    elif bet:
        say(loop_text(_named(bet, found), paint))
    else:
        say(loops_text(found, name, paint))


def _named(bet: str, found: Loops) -> Loop:
    known = {loop.bet: loop for loop in found.loops}
    if bet not in known:
        raise UnknownIdError(f"there is no bet `{bet}`", then=nearest(bet, sorted(known)))
    return known[bet]
