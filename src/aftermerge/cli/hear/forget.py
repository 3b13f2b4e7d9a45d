"""`aftermerge hear forget` and `hear held`."""

import os
from dataclasses import asdict
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.jobs.forget import ForgetReport, customer_of, subject_of
from aftermerge.jobs.forget import forget as forget_customer
from aftermerge.render.documents import moment
from aftermerge.render.feedback import feedback_row
from aftermerge.render.untrusted import one_line


@click.command()
@click.argument("customer")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@in_folder
@as_json
def forget(customer: str, yes: bool, folder: Path, as_json: bool) -> None:
    """Remove a customer's words, names and addresses.

    CUSTOMER is their id (`source:reference`) or the id of something that they said. What they said stays counted,
    under no name; no source brings it back. Events that are kept here under their reference or mail address go too;
    for one who never spoke, CUSTOMER is what the events call them. There is no undo.
    """
    with open_workspace(folder, os.environ) as workspace:
        found = subject_of(workspace, customer)
        if not yes:
            rows = sum(row.asker == found for row in workspace.ledger.feedback())
            click.confirm(
                f"Forget {one_line(found)}, who spoke {rows:,} times? There is no undo.", abort=True, err=True
            )
        report = forget_customer(workspace, found)
    if as_json:
        print_json({"customer": report.forgotten.customer, "feedback": list(report.forgotten.feedback),
                    "events": report.events, "elsewhere": [asdict(place) for place in report.elsewhere]})  # fmt: skip
    else:
        say(_text(report))


@click.command()
@click.argument("customer")
@in_folder
def held(customer: str, folder: Path) -> None:
    """All that is held about one customer, as JSON, for them to have. That it was read is written down."""
    with open_workspace(folder, os.environ) as workspace:
        holdings = workspace.ledger.holdings(customer_of(workspace.ledger, customer))
        now = workspace.clock()
    words = {verbatim.feedback: verbatim for verbatim in holdings.verbatims}
    rows = [
        {**feedback_row(row), "words": words[row.id].text if row.id in words else row.text,
         "reply": words[row.id].reply if row.id in words else row.reply}
        for row in holdings.feedback
    ]  # fmt: skip
    known = asdict(holdings.known) if holdings.known else None
    print_json({"as_of": moment(now), "customer": holdings.customer, "known": known, "feedback": rows})


def _text(report: ForgetReport) -> str:
    count = len(report.forgotten.feedback)
    lines = [f"forgotten: {count:,} {'piece' if count == 1 else 'pieces'} of feedback, in the ledger and in the index"]
    if report.events:
        lines.append(f"forgotten: {report.events:,} events, in the local store")
    lines.append(paint("not reached from here:", "unsure"))
    lines += [f"  {place.where}\n{paint(f'    → {place.then}', 'quiet')}" for place in report.elsewhere]
    return "\n".join(lines)
