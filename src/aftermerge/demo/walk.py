"""Harbor, taken through the whole loop by the ordinary commands' own code."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from aftermerge.bootstrap import open_workspace
from aftermerge.demo.build import build
from aftermerge.demo.truth import Truth
from aftermerge.jobs.run import run
from aftermerge.jobs.sync import Progress
from aftermerge.learn.period import Period
from aftermerge.learn.review import review
from aftermerge.model.readout import Readouts
from aftermerge.model.review import Review


@dataclass(frozen=True, slots=True)
class Walk:
    """What was planted, what was found, and the review that the team would read."""

    truth: Truth
    readouts: Readouts
    review: Review


def walk(into: Path, seed: int, today: date, progress: Progress) -> Walk:
    """Build Harbor in a new or empty folder, as of the noon of `today`, then sync, measure and review.

    Raises:
        WorkspaceError: the folder is not empty or can't be written.
    """
    progress("building Harbor", None, None)
    truth = build(into, seed, today)
    noon = datetime.combine(today, time(12), UTC)
    with open_workspace(into, {}, lambda: noon) as workspace:
        report = run(workspace, progress)
        answer = review(workspace.name, Period(workspace.timezone), workspace.ledger)
    return Walk(truth, report.readouts or Readouts(noon, ()), answer)
