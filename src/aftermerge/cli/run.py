"""`aftermerge run`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.comments import comments_document, comments_text
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, progress_bar, say, without_feedback
from aftermerge.cli.sync import leave_with_errors, sync_document, sync_text
from aftermerge.jobs.run import run as run_round
from aftermerge.render.documents import readouts_document
from aftermerge.render.readouts import readouts_text


@click.command()
@without_feedback
@in_folder
@as_json
def run(without_feedback: bool, folder: Path, as_json: bool) -> None:
    """The nightly round: sync, measure, draft.

    Where a source says `comment = true`, the verdict is told on its merged pull requests; where one says `answer`, a
    draft is written for each who asked there and waits. Nothing is sent to customers.

    When another job is at it already, this one leaves the work to it.
    """
    with open_workspace(folder, os.environ) as workspace, progress_bar() as progress:
        report = run_round(workspace, progress, with_feedback=not without_feedback)
    if report.synced is None or report.readouts is None:
        if as_json:
            print_json({"left_to": report.taken})
        else:
            say(f"left to the job that is at it: {report.taken}")
    elif as_json:
        document = {"synced": sync_document(report.synced), "attracted": report.attracted}
        comments = {"told": comments_document(report.comments)} if report.comments else {}
        drafted = {"drafted": report.drafted.count} if report.drafted else {}
        print_json({**document, **comments, **drafted, **readouts_document(report.readouts)})
    else:
        say(sync_text(report.synced))
        if report.attracted:
            told = f"{report.attracted:,} pieces of feedback attributed by likeness"
            say(f"{told}; `aftermerge hear undo` takes that back")
        if report.unattracted:
            say(paint(f"no feedback was attributed by likeness: {report.unattracted}", "unsure"))
        say("")
        say(readouts_text(report.readouts, paint))
        if report.comments:
            say("")
            say(comments_text(report.comments))
        if report.drafted and report.drafted.count:
            say(
                f"\n{report.drafted.count:,} messages to customers drafted; `aftermerge tell draft` shows what waits for you"
            )
    leave_with_errors(report.errors)
