"""`aftermerge learn thank`: whom the facts suggest to thank; giving, reading and publishing thanks."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

import click

from aftermerge.bootstrap import OpenWorkspace, open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.jobs.asking import person_asking
from aftermerge.jobs.recognising import contributors_in, shown_in
from aftermerge.learn import thank as thanking
from aftermerge.learn.shown import resolved
from aftermerge.model.person import Person
from aftermerge.model.thanks import Habit, Thanks
from aftermerge.render.thanks import suggestions_document, suggestions_text, thanks_document, thanks_text

_DAYS = 90
_HABIT = click.Choice(get_args(Habit))
_day = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.option("--from", "since", type=_day, help=f"First day; {_DAYS} days ago if left out.")
@click.option("--to", "until", type=_day, help="Last day; today if left out.")
@in_folder
@as_json
@click.pass_context
def thank(context: click.Context, since: datetime | None, until: datetime | None, folder: Path, as_json: bool) -> None:
    """What the facts suggest to thank for: by bet, each with its habit and what shows it.

    Nothing is counted, and nobody is put in an order.
    """
    if context.invoked_subcommand is not None:
        return
    with open_workspace(folder, os.environ) as workspace:
        now, person = workspace.clock(), person_asking(workspace)
        first, last = _period(now.astimezone(workspace.timezone).date(), since, until)
        shown, titles = shown_in(workspace)
        found = thanking.suggestions(person, shown, workspace.ledger, first, last)
    if as_json:
        print_json(suggestions_document(now, first, last, found))
    elif found:
        say(suggestions_text(found, titles, paint))
        say(paint('\nnext: aftermerge learn thank give RECEIVER HABIT --evidence ID --text "…"', "quiet"))
    else:
        say("The facts of these days suggest nothing; --from looks further back. You may know more than they do.")


@thank.command()
@click.argument("receiver")
@click.argument("habit", type=_HABIT, metavar="HABIT")
@click.option(
    "--evidence", multiple=True, help="A bet, a change, feedback, an exploration or an interview that shows it."
)
@click.option("--text", required=True, help="What they did, and what came of it.")
@in_folder
def give(receiver: str, habit: Habit, evidence: tuple[str, ...], text: str, folder: Path) -> None:
    """Thank somebody, by their address in git. Only the two of you can read it, until they publish it.

    HABIT is followed_after_merge, closed_the_loop, asked_the_hard_question, stopped_on_time, crossed_a_boundary,
    unblocked_a_customer or taught_us_something.
    """
    with open_workspace(folder, os.environ) as workspace:
        person, ledger = person_asking(workspace), workspace.ledger
        ids = resolved(evidence, ledger, workspace.repository, workspace.explorations(), workspace.interviews())
        row = thanking.give(person, receiver, habit, ids, text, ledger, workspace.clock())
        known = workspace.repository.knows(row.receiver)
    say(f"given: {row.id}, to {row.receiver}")
    if not known:
        say(paint(f"git knows no commit of {row.receiver}: they read it once that is their `user.email`", "unsure"))


@thank.command()
@in_folder
@as_json
def inbox(folder: Path, as_json: bool) -> None:
    """What you were thanked for, and whom you thanked."""
    with open_workspace(folder, os.environ) as workspace:
        person, now = person_asking(workspace), workspace.clock()
        found = thanking.inbox(person, workspace.ledger)
    if as_json:
        print_json(thanks_document(now, found))
    else:
        say(thanks_text(found, person.email, paint) or "Nothing yet, neither given nor received.")


@thank.command()
@click.argument("id_", metavar="ID")
@in_folder
def publish(id_: str, folder: Path) -> None:
    """Let everybody read a thank-you that you received."""
    _do(folder, lambda workspace, me: thanking.publish(me, id_, workspace.ledger, workspace.clock()))
    say(f"everybody can read {id_} now; `aftermerge learn thank unpublish {id_}` takes that back")


@thank.command()
@click.argument("id_", metavar="ID")
@in_folder
def unpublish(id_: str, folder: Path) -> None:
    """Keep a thank-you that you received to yourself and its giver again."""
    _do(folder, lambda workspace, me: thanking.unpublish(me, id_, workspace.ledger))
    say(f"only you and its giver can read {id_}; what was exported before stays where it is")


@thank.command()
@click.argument("id_", metavar="ID")
@in_folder
def remove(id_: str, folder: Path) -> None:
    """Remove a thank-you that you gave or received, with its text, for good."""
    _do(folder, lambda workspace, me: thanking.remove(me, id_, workspace.ledger))
    say(f"{id_} is gone")


@thank.command()
@in_folder
def export(folder: Path) -> None:
    """Published thanks as kinds of contributions, as JSON for all-contributors. Who published none is not in it."""
    with open_workspace(folder, os.environ) as workspace:
        print_json({"contributors": contributors_in(workspace)})


def _do(folder: Path, deed: Callable[[OpenWorkspace, Person], Thanks]) -> None:
    with open_workspace(folder, os.environ) as workspace:
        deed(workspace, person_asking(workspace))


def _period(today: date, since: datetime | None, until: datetime | None) -> tuple[date, date]:
    last = until.date() if until else today
    first = since.date() if since else last - timedelta(days=_DAYS)
    if first > last:
        raise click.UsageError(f"--from {first} is later than --to {last}")
    return first, last
