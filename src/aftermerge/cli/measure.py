"""`aftermerge measure run | show | explain | power | chart`."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.chart import chart
from aftermerge.cli.chosen import of_subject
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.jobs.milestones import mark_measured
from aftermerge.measure.power import PowerRequest, feasibility
from aftermerge.measure.run import Request
from aftermerge.measure.run import explain as explain_plan
from aftermerge.measure.run import run as measure_all
from aftermerge.model.amount import parse_amount
from aftermerge.model.readout import Readouts
from aftermerge.render.documents import readouts_document
from aftermerge.render.feasibility import feasibility_document, feasibility_text
from aftermerge.render.readouts import readouts_text

DIALECTS = ("bigquery", "clickhouse", "databricks", "duckdb", "postgres", "snowflake", "spark", "trino")

subject = click.argument("subject", required=False)


@click.group()
def measure() -> None:
    """What did it change for customers?"""


@measure.command()
@in_folder
@as_json
def run(folder: Path, as_json: bool) -> None:
    """Read out every bet, and every release for the metrics that watch releases."""
    with open_workspace(folder, os.environ) as workspace:
        request = Request(workspace.timezone, holidays=workspace.holidays)
        answer = measure_all(request, workspace.ledger, workspace.usage, workspace.clock)
        mark_measured(workspace.ledger, workspace.timezone, workspace.clock())
    _print(answer, as_json)


@measure.command()
@subject
@in_folder
@as_json
def show(subject: str | None, folder: Path, as_json: bool) -> None:
    """The last readouts, of one bet or release or of all."""
    with open_workspace(folder, os.environ) as workspace:
        as_of, readouts = workspace.ledger.readouts()
        answer = Readouts(as_of or workspace.clock(), tuple(readouts))
    _print(answer if subject is None else of_subject(answer, subject), as_json)


@measure.command()
@subject
@click.option("--dialect", metavar="NAME", help=f"Write the SQL for another engine: {', '.join(DIALECTS)}.")
@in_folder
@as_json
def explain(subject: str | None, dialect: str | None, folder: Path, as_json: bool) -> None:
    """The questions that would be asked, their SQL, and what it would read; nothing is measured."""
    with open_workspace(folder, os.environ) as workspace:
        request = Request(workspace.timezone, subject)
        plan, queries = explain_plan(request, workspace.ledger, workspace.usage, dialect)
    unasked = sorted({question.key for question in plan.questions} - {key for query in queries for key in query.keys})
    if as_json:
        asked = [{"source": q.source, "answers": list(q.keys), "sql": q.sql, "cost": q.cost} for q in queries]
        print_json({"queries": asked, "unasked": unasked, "dialect": dialect})
        return
    if dialect is not None:
        say(paint(f"-- Written for {dialect}: generated, and never run by Aftermerge.\n", "quiet"))
    for query in queries:
        say(paint(f"-- {query.source}: answers {', '.join(query.keys)}", "quiet"))
        if query.cost:
            say(paint(f"-- {query.cost}", "quiet"))
        say(f"{query.sql};\n")
    why = "can't be asked: `aftermerge doctor` says why" if dialect is None else f"can't be written for {dialect}"
    for key in unasked:
        say(paint(f"-- {key} {why}", "unsure"))
    if not plan.questions:
        say("Nothing would be asked: no bet names a metric, and no metric watches releases.")


@measure.command()
@click.argument("metric")
@click.option("--days", type=click.IntRange(1, 366), help="Look no further than this many days. Otherwise 84.")
@click.option("--effect", help="The effect that is sought, like `5%`. Otherwise the metric's smallest worth having.")
@in_folder
@as_json
def power(metric: str, days: int | None, effect: str | None, folder: Path, as_json: bool) -> None:
    """Could it ever be seen? The smallest effect that a readout of this metric would show."""
    with open_workspace(folder, os.environ) as workspace:
        sought = parse_amount(effect) if effect is not None else None
        request = PowerRequest(workspace.timezone, metric, days, sought, workspace.holidays)
        answer = feasibility(request, workspace.ledger, workspace.usage)
    if as_json:
        print_json(feasibility_document(answer))
    else:
        say(feasibility_text(answer, paint))


measure.add_command(chart)


def _print(answer: Readouts, as_json: bool) -> None:
    if as_json:
        print_json(readouts_document(answer))
    else:
        say(readouts_text(answer, paint))
