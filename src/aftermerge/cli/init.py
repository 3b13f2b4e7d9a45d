"""`aftermerge init`."""

from pathlib import Path

import click

from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.connectors.git.repository import find_repository
from aftermerge.jobs.init import InitSummary, initialise


@click.command()
@in_folder
@as_json
def init(folder: Path, as_json: bool) -> None:
    """Set up a workspace in this git repository.

    Writes aftermerge.toml, metrics.toml and bets/; a file that exists is never touched.
    """
    summary = initialise(folder, find_repository)
    if as_json:
        print_json(
            {
                "root": str(summary.root),
                "found": list(summary.found),
                "written": list(summary.written),
                "kept": list(summary.kept),
                "next_steps": list(summary.next_steps),
            }
        )
    else:
        say(_text(summary))


def _text(summary: InitSummary) -> str:
    lines = [paint("Found", "strong"), *(f"  {fact}" for fact in summary.found), ""]
    if summary.written:
        lines += [paint("Written", "strong"), *(f"  {file}" for file in summary.written), ""]
    if summary.kept:
        lines += [paint("Kept as they were", "quiet"), *(paint(f"  {file}", "quiet") for file in summary.kept), ""]
    return "\n".join([*lines, paint("Next", "strong"), *(f"  {step}" for step in summary.next_steps)])
