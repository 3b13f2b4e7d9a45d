"""What is decided about problems is done in one step, told, and can be taken back."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import paint, say
from aftermerge.model.problem import Curation
from aftermerge.ports import Ledger


def decide(folder: Path, curation: Callable[[Ledger, datetime], Curation], told: str) -> None:
    """Do what was decided and say so."""
    with open_workspace(folder, os.environ) as workspace:
        moved = workspace.ledger.curate(curation(workspace.ledger, workspace.clock()))
    pieces = f"{moved:,} {'piece' if moved == 1 else 'pieces'} of feedback moved" if moved else "no feedback moved"
    say(f"{told} ({pieces})")
    say(paint("take it back with `aftermerge hear undo`", "quiet"))
