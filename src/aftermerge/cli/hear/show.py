"""`aftermerge hear show`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.errors import InputError
from aftermerge.hear.show import show as show_feedback
from aftermerge.render.whole_feedback import whole_document, whole_text


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--verbatim", is_flag=True, help="The words as they were written, before redaction. Needs --why.")
@click.option("--why", help="Why you read them; it goes into the journal.")
@in_folder
@as_json
def show(id_: str, verbatim: bool, why: str | None, folder: Path, as_json: bool) -> None:
    """One piece of feedback, or one customer, whole.

    ID is that of a piece of feedback, as `hear search` prints it, or a customer's (`source:reference`).
    """
    if verbatim and not (why or "").strip():
        raise InputError("the words as they were written are read for a reason", then="say it: --verbatim --why '…'")
    with open_workspace(folder, os.environ) as workspace:
        items = show_feedback(id_, workspace.ledger, why.strip() if verbatim and why else None)
        now, zone = workspace.clock(), workspace.timezone
    if as_json:
        print_json(whole_document(items, now))
    else:
        say(whole_text(items, zone, paint))
