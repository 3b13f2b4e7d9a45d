"""`aftermerge tell send`."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.cli.sync import leave_with_errors
from aftermerge.jobs.tell import SendReport, send_messages
from aftermerge.model.message import Message
from aftermerge.render.documents import moment
from aftermerge.render.tell import STATES, message_document, message_text
from aftermerge.render.untrusted import one_line


@click.command()
@click.option("--dry-run", is_flag=True, help="Print what would be sent; send nothing.")
@in_folder
@as_json
def send(dry_run: bool, folder: Path, as_json: bool) -> None:
    """Send what was approved, where they asked: each message once, whatever happens meanwhile.

    One of which it is not known whether it arrived is looked up there; where that is not possible it waits for you,
    and `aftermerge tell settle` says which.
    """
    with open_workspace(folder, os.environ) as workspace:
        approved = [row for row in workspace.ledger.messages() if row.state == "approved"]
        now = workspace.clock()
        if dry_run:
            _show(approved, as_json)
            return
        report = send_messages(workspace.ledger, workspace.answering, workspace.manner, workspace.clock)
        unknown = [row for row in workspace.ledger.messages() if row.state == "unknown"]
    if as_json:
        print_json({"as_of": moment(now), **send_document(report), "unknown": [row.id for row in unknown]})
    else:
        say(send_text(report, unknown))
    leave_with_errors(report.errors)


def _show(approved: Sequence[Message], as_json: bool) -> None:
    if as_json:
        print_json({"messages": [message_document(row) for row in approved]})
    else:
        say("\n\n".join([*(message_text(row, paint) for row in approved), "nothing was sent"]))


def send_document(report: SendReport) -> dict[str, object]:
    return {
        "messages": [message_document(done.message) for done in report.delivered],
        "no_channel": [row.id for row in report.nowhere],
        "quiet_hours": report.is_quiet,
        "left_to": report.taken,
        "errors": [str(error) for error in report.errors],
    }


def send_text(report: SendReport, unknown: Sequence[Message]) -> str:
    """Each that was touched, and what is left to a human."""
    if report.taken:
        return f"left to the job that is at it: {report.taken}"
    lines = [f"{done.message.id}  {STATES[done.message.state]}{_where(done.message)}" for done in report.delivered]
    lines += [
        paint(f"{row.id}  no channel: they can't be answered where they asked", "unsure") for row in report.nowhere
    ]
    if report.nowhere:
        lines.append(paint("  `answer = true` at their source lets them be; or answer, and `tell waive`", "quiet"))
    lines += [paint(f"{row.id}  {one_line(row.reason, 160)}", "unsure") for row in unknown]
    if unknown:
        lines.append(paint("  look there, then `aftermerge tell settle ID --arrived` or `--not-arrived`", "quiet"))
    if report.is_quiet:
        lines.append("these are quiet hours: nothing new was sent")
    return "\n".join(lines) or "nothing is approved: `aftermerge tell draft` shows what waits for you"


def _where(message: Message) -> str:
    if message.url and message.state == "sent":
        return f"  {message.url}"
    return f": {one_line(message.reason, 160)}" if message.reason else ""
