"""`aftermerge tell due | show | confirm`."""

import os
import sys
from pathlib import Path
from typing import get_args

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import WANTS_ATTENTION, as_json, in_folder, paint, print_json, say
from aftermerge.model.message import Helped
from aftermerge.render.phrases import HELPED
from aftermerge.render.tell import (
    due_document,
    due_text,
    heard_document,
    heard_text,
    message_document,
    message_text,
)
from aftermerge.tell.confirm import answers, confirm_in_thread
from aftermerge.tell.decide import message_of
from aftermerge.tell.due import due as who_is_due

SHOWN = 5


@click.command()
@click.option("--bet", help="Only of this bet, and all of them.")
@click.option("--check", is_flag=True, help="Exit with 3 when somebody waits.")
@in_folder
@as_json
def due(bet: str | None, check: bool, folder: Path, as_json: bool) -> None:
    """Who asked for what has reached them, and waits to hear of it; who has waited longest first."""
    with open_workspace(folder, os.environ) as workspace:
        waiting, now = who_is_due(workspace.ledger), workspace.clock()
        channels = workspace.answered_by
    waiting = tuple(item for item in waiting if bet in (None, item.bet.slug))
    if as_json:
        print_json(due_document(now, waiting, channels))
    elif waiting:
        say(due_text(now, waiting, channels, None if bet else SHOWN, paint))
        say(paint("\nnext: `aftermerge tell draft`, then `tell approve ID…` and `tell send`", "quiet"))
    else:
        say("Nobody waits: whoever asked for what has reached them was answered.")
    if check and waiting:
        sys.exit(WANTS_ATTENTION)


@click.command()
@click.argument("message")
@in_folder
@as_json
def show(message: str, folder: Path, as_json: bool) -> None:
    """One message, whole, as it would be sent."""
    with open_workspace(folder, os.environ) as workspace:
        found = message_of(message, workspace.ledger.messages())
    if as_json:
        print_json(message_document(found))
    else:
        say(message_text(found, paint))


@click.command()
@click.argument("message", required=False)
@click.option("--said", type=click.Choice(get_args(Helped)), help="What they wrote in their thread, as you read it.")
@in_folder
@as_json
def confirm(message: str | None, said: Helped | None, folder: Path, as_json: bool) -> None:
    """Did it help? What those say who were told; with MESSAGE and --said, what one of them said in their thread.

    What they say stands beside the metric's verdict, and is never mixed into it. A “no” opens the problem again.
    """
    if (message is None) != (said is None):
        raise click.UsageError("Say both, whose answer it is and --said; or neither.")
    with open_workspace(folder, os.environ) as workspace:
        if message is not None and said is not None:
            confirm_in_thread(workspace.ledger, message, said, workspace.clock())
        found, now = answers(workspace.ledger), workspace.clock()
    rows = [(row.answer, row.question, row.confirmation, row.wrote) for row in found]
    if as_json:
        print_json(heard_document(now, rows))
    elif message is not None and said is not None:
        say(f"{message}: they say that it helped: {HELPED[said]}")
    elif rows:
        say(heard_text(rows, paint))
    else:
        say("Nobody has been told yet. `aftermerge tell due` lists who waits.")
