"""`aftermerge doctor`."""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import WANTS_ATTENTION, as_json, in_folder, paint, print_json, say
from aftermerge.jobs.doctor import DataKind, Diagnosis, Finding, data_inventory, examine

_MARKS = {"ok": ("✓", "good"), "warn": ("!", "unsure"), "missing": ("✗", "bad")}


@click.command()
@click.option("--data", is_flag=True, help="Print what data is kept: what, why, where, how long.")
@click.option("--check", is_flag=True, help="Exit with 3 when something is missing.")
@in_folder
@as_json
def doctor(data: bool, check: bool, folder: Path, as_json: bool) -> None:
    """Say what is missing, and the command that mends it."""
    with open_workspace(folder, os.environ) as w:
        if data:
            _print_data(data_inventory(w.ledger, w.settings), as_json)
            return
        diagnosis = examine(w.settings, w.metrics, w.ledger, w.usage, w.root)
    if as_json:
        print_json({"findings": [asdict(finding) for finding in diagnosis.findings]})
    else:
        say(_text(diagnosis))
    if check and not diagnosis.is_well:
        sys.exit(WANTS_ATTENTION)


def _text(diagnosis: Diagnosis) -> str:
    return "\n".join(line for finding in diagnosis.findings for line in _lines(finding))


def _lines(finding: Finding) -> list[str]:
    mark, style = _MARKS[finding.outcome]
    lines = [f"{paint(mark, style)} {finding.link:<8} {finding.what}"]
    return [*lines, paint(f"           → {finding.command}", "quiet")] if finding.command else lines


def _print_data(kinds: Sequence[DataKind], as_json: bool) -> None:
    if as_json:
        print_json({"data": [asdict(kind) for kind in kinds]})
        return
    for kind in kinds:
        rows = f" ({kind.rows:,})" if kind.rows is not None else ""
        say(
            f"{paint(kind.what, 'strong')}{rows}\n  why: {kind.why}\n  where: {kind.where}\n  how long: {kind.how_long}"
        )
    say(paint("Whoever holds the ledger's credentials can read all of it.", "quiet"))
