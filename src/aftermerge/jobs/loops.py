"""The loops of a workspace, with the teams that it declares."""

from dataclasses import replace

import numpy as np

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import WorkspaceError
from aftermerge.learn.constraint import constraint_of
from aftermerge.learn.handoffs import Teams
from aftermerge.learn.loops import loops
from aftermerge.learn.stamped import stamped
from aftermerge.model.codeowners import CODEOWNERS_PLACES, Codeowners, read_codeowners
from aftermerge.model.constraint import Constraint
from aftermerge.model.loop import Loops


def loops_in(workspace: OpenWorkspace) -> Loops:
    """As they stand now."""
    owners = {team.name: team.owners for team in workspace.settings.teams}
    team_of = Teams(owners, _codeowners(workspace)).of if len(owners) > 1 else None
    return loops(workspace.ledger, workspace.timezone, workspace.clock(), team_of)


def constraint_in(workspace: OpenWorkspace) -> Constraint:
    """By the same draws each time, so that the same loops get the same answer."""
    found = loops(workspace.ledger, workspace.timezone, workspace.clock())
    answer = constraint_of(stamped(found.loops, found.as_of), np.random.default_rng(0))
    steps = ("`aftermerge learn loops` says where they wait, and which stamps are known",) if answer.abstains else ()
    return replace(answer, as_of=found.as_of, next_steps=found.next_steps or steps)


def _codeowners(workspace: OpenWorkspace) -> Codeowners:
    """As the working tree has it; where there is none, no code is any team's."""
    try:
        top = workspace.repository.root()
    except WorkspaceError:
        return Codeowners()
    file = next((top / place for place in CODEOWNERS_PLACES if (top / place).is_file()), None)
    return read_codeowners(file.read_text("utf-8", "replace")) if file else Codeowners()
