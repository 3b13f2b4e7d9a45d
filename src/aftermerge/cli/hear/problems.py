"""`aftermerge hear problems`, and what a person decides about them."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.hear.decided import decide
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.hear import curate
from aftermerge.hear.problems import problem_facts
from aftermerge.render.problems import problems_document, problems_text


@click.group(invoke_without_command=True)
@in_folder
@as_json
@click.pass_context
def problems(context: click.Context, folder: Path, as_json: bool) -> None:
    """The problems that customers spoke of, those with most customers first."""
    if context.invoked_subcommand is not None:
        return
    with open_workspace(folder, os.environ) as workspace:
        now = workspace.clock()
        today = now.astimezone(workspace.timezone).date()
        found = problem_facts(workspace.ledger, today, workspace.timezone)
    if as_json:
        print_json(problems_document(now, found))
    elif found:
        say(problems_text(found, paint))
    else:
        say("No feedback is known to speak of a problem. `aftermerge hear themes` suggests some to be named.")


@problems.command()
@click.argument("problem")
@click.argument("title")
@in_folder
def rename(problem: str, title: str, folder: Path) -> None:
    """Give a problem another title. Its id stays."""
    decide(folder, lambda ledger, now: curate.rename(problem, title, ledger, now), f"`{problem}` is now “{title}”")


@problems.command()
@click.argument("problem")
@click.argument("into")
@in_folder
def merge(problem: str, into: str, folder: Path) -> None:
    """Say that one problem is another: what was said of it is said of that."""
    decide(folder, lambda ledger, now: curate.merge(problem, into, ledger, now), f"`{problem}` is now part of `{into}`")


@problems.command()
@click.argument("problem")
@click.argument("new")
@click.argument("feedback", nargs=-1, required=True)
@click.option("--title", help="What the new problem is called. Otherwise its id.")
@in_folder
def split(problem: str, new: str, feedback: tuple[str, ...], title: str | None, folder: Path) -> None:
    """Take some feedback of a problem into a new one."""
    told = f"`{new}` is a problem of its own now"
    decide(folder, lambda ledger, now: curate.split(problem, new, title or new, feedback, ledger, now), told)
