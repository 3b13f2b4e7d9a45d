"""`aftermerge hear link`."""

from pathlib import Path

import click

from aftermerge.cli.hear.decided import decide
from aftermerge.cli.screen import in_folder
from aftermerge.hear import curate


@click.command()
@click.argument("feedback", nargs=-1, required=True, metavar="ID... PROBLEM")
@click.option("--none", "to_none", is_flag=True, help="They speak of no problem; give ids only.")
@in_folder
def link(feedback: tuple[str, ...], to_none: bool, folder: Path) -> None:
    """Say of which problem feedback speaks: its ids, then the problem, which is made where it is new."""
    if to_none:
        decide(folder, lambda ledger, now: curate.unlink(feedback, ledger), "they speak of no problem")
        return
    *ids, problem = feedback
    if not ids:
        raise click.UsageError("Give the ids of feedback, then the problem; or --none.")
    decide(folder, lambda ledger, now: curate.link(ids, problem, ledger, now), f"they speak of `{problem}`")
