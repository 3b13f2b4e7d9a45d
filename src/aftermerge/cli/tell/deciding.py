"""`aftermerge tell draft | edit | approve | waive | settle | stop`."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.jobs.forget import customer_of
from aftermerge.jobs.tell import draft_messages
from aftermerge.model.message import Message
from aftermerge.render.documents import moment
from aftermerge.render.tell import message_document, message_text
from aftermerge.tell import decide


@click.command()
@in_folder
@as_json
def draft(folder: Path, as_json: bool) -> None:
    """Write a draft for each who waits; and, some days after the answer, the one question: did it help?

    The words come from tell/answer.md and tell/question.md where these are there. What was drafted before stays as it
    is. Nothing is sent without your approval.
    """
    with open_workspace(folder, os.environ) as workspace:
        drafted = draft_messages(workspace.ledger, workspace.manner, workspace.clock)
        waiting = [row for row in workspace.ledger.messages() if row.state == "drafted"]
        now = workspace.clock()
    if as_json:
        print_json({"as_of": moment(now), "messages": [message_document(row) for row in waiting]})
        return
    if not waiting:
        say("There is nothing to write: nobody waits. `aftermerge tell due` says who does.")
        return
    say("\n\n".join(message_text(row, paint) for row in waiting))
    say(paint(f"\n{drafted.count} new, {len(waiting)} to be read", "quiet"))
    say(paint("next: `aftermerge tell edit ID`, `tell approve ID…` or `--all`, `tell waive ID --reason …`", "quiet"))


@click.command()
@click.argument("message")
@click.option("--text", help="The new words; without it your editor is opened. `-` reads them from standard input.")
@in_folder
def edit(message: str, text: str | None, folder: Path) -> None:
    """Change the words of a draft. What was approved has to be approved again."""
    with open_workspace(folder, os.environ) as workspace:
        found = decide.message_of(message, workspace.ledger.messages())
        words = sys.stdin.read() if text == "-" else text if text is not None else click.edit(found.text)
        if words is None or words == found.text:
            say("unchanged")
            return
        decide.reword(workspace.ledger, found, words, workspace.clock())
    say(f"{message}: changed; approve it with `aftermerge tell approve {message}`")


@click.command()
@click.argument("messages", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every draft that there is; each is shown first.")
@in_folder
def approve(messages: tuple[str, ...], everything: bool, folder: Path) -> None:
    """Let these very words be sent. `aftermerge tell edit` takes it back."""
    if bool(messages) == everything:
        raise click.UsageError("Name messages, or say --all.")
    with open_workspace(folder, os.environ) as workspace:
        chosen = messages or _shown([row for row in workspace.ledger.messages() if row.state == "drafted"])
        done = decide.approve(workspace.ledger, chosen, workspace.clock())
    say(f"{len(done)} approved; `aftermerge tell send` sends them" if done else "there is no draft to approve")


def _shown(drafts: Sequence[Message]) -> tuple[str, ...]:
    """On a terminal all are read, and asked about, before they are approved."""
    for row in drafts:
        say(message_text(row, paint) + "\n")
    if drafts and sys.stdin.isatty() and not click.confirm(f"Approve these {len(drafts)}?", err=True):
        raise click.Abort
    return tuple(row.id for row in drafts)


@click.command()
@click.argument("messages", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why they are not told: said on another way, a test account, …")
@in_folder
def waive(messages: tuple[str, ...], reason: str, folder: Path) -> None:
    """Leave some untold, for a reason that stays readable."""
    with open_workspace(folder, os.environ) as workspace:
        done = decide.waive(workspace.ledger, messages, reason, workspace.clock())
    say(f"{len(done)} waived: {reason}")


@click.command()
@click.argument("message")
@click.option("--arrived/--not-arrived", default=None, help="What you saw where it was sent.")
@in_folder
def settle(message: str, arrived: bool | None, folder: Path) -> None:
    """Say whether a message arrived of which nobody knows. One that did not is sent again by `tell send`."""
    if arrived is None:
        raise click.UsageError("Say --arrived or --not-arrived.")
    with open_workspace(folder, os.environ) as workspace:
        decide.settle(workspace.ledger, message, workspace.clock(), arrived=arrived)
    say(f"{message}: {'sent' if arrived else 'approved, to be sent again'}")


@click.command()
@click.argument("customer")
@in_folder
def stop(customer: str, folder: Path) -> None:
    """Never write to a customer again. CUSTOMER is their id, or that of something they said."""
    with open_workspace(folder, os.environ) as workspace:
        is_new = workspace.ledger.opt_out(customer_of(workspace.ledger, customer))
    say("they will not be written to" if is_new else "they were not to be written to already")
