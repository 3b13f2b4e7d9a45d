"""`aftermerge hear undo`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import in_folder, say


@click.command()
@in_folder
def undo(folder: Path) -> None:
    """Take back what was last decided about problems; again: what was decided before that."""
    with open_workspace(folder, os.environ) as workspace:
        undone = workspace.ledger.undo_curation()
    say(f"taken back: {undone.verb} {undone.subject}" if undone else "There is nothing to take back.")
