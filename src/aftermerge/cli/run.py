"""`aftermerge run`."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.announced import announced_document, announced_text
from aftermerge.cli.comments import comments_document, comments_text
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, progress_bar, say, without_feedback
from aftermerge.cli.sync import leave_with_errors, sync_document, sync_text
from aftermerge.jobs.run import RunReport
from aftermerge.jobs.run import run as run_round
from aftermerge.render.documents import readouts_document
from aftermerge.render.readouts import readouts_text


@click.command()
@without_feedback
@in_folder
@as_json
def run(without_feedback: bool, folder: Path, as_json: bool) -> None:
    """The nightly round: sync, measure, draft, tell the team.

    Where a source says `comment = true`, the verdict is told on its merged pull requests; where one says `answer`, a
    draft is written for each who asked there and waits. Nothing is sent to customers. The review of a week that has
    ended is posted where [review] says, and owners of bets are told what is news where [nudge] does, each once.

    When another job is at it already, this one leaves the work to it.
    """
    with open_workspace(folder, os.environ) as workspace, progress_bar() as progress:
        report = run_round(workspace, progress, with_feedback=not without_feedback)
    if as_json:
        print_json(_document(report))
    else:
        say(_text(report))
    leave_with_errors(report.errors)


def _document(report: RunReport) -> dict[str, object]:
    if report.synced is None or report.readouts is None:
        return {"left_to": report.taken}
    news = report.team.news if report.team else ()
    return {
        "synced": sync_document(report.synced),
        "attracted": report.attracted,
        **({"told": comments_document(report.comments)} if report.comments else {}),
        **({"drafted": report.drafted.count} if report.drafted else {}),
        **({"team": announced_document(news)} if news else {}),
        **readouts_document(report.readouts),
    }


def _text(report: RunReport) -> str:
    if report.synced is None or report.readouts is None:
        return f"left to the job that is at it: {report.taken}"
    parts = [
        "\n".join([sync_text(report.synced), *_attracted(report)]),
        readouts_text(report.readouts, paint),
        comments_text(report.comments) if report.comments else "",
        _drafted(report.drafted.count) if report.drafted and report.drafted.count else "",
        announced_text(report.team.news) if report.team else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _attracted(report: RunReport) -> Iterator[str]:
    if report.attracted:
        yield f"{report.attracted:,} pieces of feedback attributed by likeness; `aftermerge hear undo` takes that back"
    if report.unattracted:
        yield paint(f"no feedback was attributed by likeness: {report.unattracted}", "unsure")


def _drafted(count: int) -> str:
    return f"{count:,} messages to customers drafted; `aftermerge tell draft` shows what waits for you"
