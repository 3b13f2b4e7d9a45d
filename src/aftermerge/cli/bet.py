"""`aftermerge bet new | list | show | ask | freeze`."""

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from aftermerge.bet.history import revisions
from aftermerge.bet.new import draft
from aftermerge.bet.stand import standing_of, standings
from aftermerge.bootstrap import open_workspace
from aftermerge.cli.asked import asked_there_document, asked_there_text
from aftermerge.cli.screen import WANTS_ATTENTION, as_json, in_folder, paint, print_json, say
from aftermerge.cli.sync import leave_with_errors
from aftermerge.errors import InputError
from aftermerge.jobs.bet_ask import ask_bets, ask_changed
from aftermerge.jobs.bet_ask_told import ask_on
from aftermerge.jobs.bet_freeze import freeze_bets
from aftermerge.model.amount import parse_amount
from aftermerge.model.asked import AskedBet
from aftermerge.model.bet import Bet
from aftermerge.model.standing import Stage
from aftermerge.outside.ci import request_of
from aftermerge.render.asked import asked_document, asked_text
from aftermerge.render.claims import frozen_document, frozen_text, history_document, history_text
from aftermerge.render.standing import standing_document, standing_text, standings_document, standings_text

_NO_BET = "There is no bet to ask about. `aftermerge bet new` writes one."


@click.group()
def bet() -> None:
    """Claims, written down before they are built."""


@bet.command(name="list")
@click.option("--stage", type=click.Choice(get_args(Stage)), help="Only bets that have come so far, and no further.")
@in_folder
@as_json
def list_(stage: Stage | None, folder: Path, as_json: bool) -> None:
    """Every bet, by how far it has come."""
    with open_workspace(folder, os.environ) as workspace:
        found, now = standings(workspace.ledger), workspace.clock()
    found = tuple(standing for standing in found if stage in (None, standing.stage))
    if as_json:
        print_json(standings_document(now, found))
    elif found:
        say(standings_text(found, paint))
    else:
        say("No such bet has been read yet. `aftermerge bet new` writes one; commit it, and run `aftermerge sync`.")


@bet.command()
@click.argument("slug")
@click.option("--history", is_flag=True, help="The revisions of its file instead: when the claim was changed, and how.")
@in_folder
@as_json
def show(slug: str, history: bool, folder: Path, as_json: bool) -> None:
    """One bet: its claim, who asked, what was built for it, what it did, who still waits."""
    with open_workspace(folder, os.environ) as workspace:
        standing = standing_of(slug, workspace.ledger)
        versions = workspace.repository.versions_of_file(standing.bet.file) if history else ()
        revised = revisions(versions, workspace.metrics)
    if history and as_json:
        print_json(history_document(slug, revised))
    elif history:
        say(history_text(slug, revised, paint) if revised else f"{standing.bet.file} has not been committed yet.")
    elif as_json:
        print_json(standing_document(standing))
    else:
        say(standing_text(standing, paint))


@bet.command()
@click.argument("slugs", nargs=-1, metavar="[BET]...")
@click.option("--check", is_flag=True, help="Exit with 3 when an answer is a warning or missing.")
@click.option(
    "--since", metavar="COMMIT", help="The bets that the working tree added or changed since it parted from there."
)
@click.option(
    "--on-pull-request",
    is_flag=True,
    help="In a workflow: the bets that its pull request adds or changes, told there in one comment and a status.",
)
@click.option("--dry-run", is_flag=True, help="With --on-pull-request: print the comment, send nothing.")
@in_folder
@as_json
def ask(
    slugs: tuple[str, ...],
    check: bool,
    since: str | None,
    on_pull_request: bool,
    dry_run: bool,
    folder: Path,
    as_json: bool,
) -> None:
    """The uncomfortable questions, answered from data before anyone builds. Without a name: of every bet.

    --since and --on-pull-request read the files as they stand, before they are synced, and keep nothing of them.
    """
    if bool(slugs) + bool(since) + on_pull_request > 1:
        raise click.UsageError("Name bets, or say --since, or --on-pull-request: one of them.")
    if on_pull_request:
        asked = _ask_on_pull_request(folder, as_json=as_json, check=check, dry_run=dry_run)
    else:
        asked = _ask(folder, slugs, since, as_json=as_json)
    if check and any(item.wants_attention for item in asked):
        sys.exit(WANTS_ATTENTION)


def _ask(folder: Path, slugs: tuple[str, ...], since: str | None, *, as_json: bool) -> Sequence[AskedBet]:
    with open_workspace(folder, os.environ) as workspace:
        asked = ask_changed(workspace, since) if since else ask_bets(workspace, slugs)
        now = workspace.clock()
    none = f"No bet was added or changed since {since}." if since else _NO_BET
    if as_json:
        print_json(asked_document(now, asked))
    else:
        say(asked_text(asked, paint) or none)
    return asked


def _ask_on_pull_request(folder: Path, *, as_json: bool, check: bool, dry_run: bool) -> Sequence[AskedBet]:
    request = request_of(os.environ)
    with open_workspace(folder, os.environ) as workspace:
        found, now = ask_on(workspace, request, must_pass=check, send=not dry_run), workspace.clock()
    if as_json:
        print_json(asked_document(now, found.asked) | asked_there_document(found))
    else:
        say(asked_there_text(found, dry_run=dry_run))
    leave_with_errors((found.error,) if found.error else ())
    return found.asked


@bet.command()
@click.argument("slugs", nargs=-1, metavar="[BET]...")
@in_folder
@as_json
def freeze(slugs: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Write down what a bet is held to, once and for all. Without a name: every bet.

    `sync` does so by itself when a bet's first change has been merged. A claim that is amended later can't be improved.
    """
    with open_workspace(folder, os.environ) as workspace:
        new, claims = freeze_bets(workspace, slugs)
    if as_json:
        print_json(frozen_document(new, claims))
    else:
        say(frozen_text(new, claims, paint) or "There is no bet to freeze. `aftermerge bet new` writes one.")


@bet.command()
@click.argument("slug")
@click.option("--problem", help="The problem that it is to solve; the first who spoke of it are cited.")
@click.option("--metric", help="The one metric that the claim rests on, as in metrics.toml.")
@click.option("--asked", help="What customers asked for.")
@click.option("--helps", help="What we believe gets better for them.")
@click.option("--expect", help="The effect that is expected, such as +5pp or 10%.")
@click.option("--worth", help="The smallest effect worth having, where it is not the metric's own.")
@click.option("--owner", help="Who follows it after the merge.")
@click.option("--decide", type=click.DateTime(["%Y-%m-%d"]), help="The day on which it is decided.")
@in_folder
def new(
    slug: str,
    problem: str | None,
    metric: str | None,
    asked: str | None,
    helps: str | None,
    expect: str | None,
    worth: str | None,
    owner: str | None,
    decide: datetime | None,
    folder: Path,
) -> None:
    """Write a bet's file, to be committed before anything is built. On a terminal, what is missing is asked for.

    A file that is there is never touched.
    """
    bet = Bet(
        slug=slug,
        metric=_answered("--metric", "Metric, as in metrics.toml", metric),
        asked=_answered("--asked", "What was asked for", asked),
        helps=_answered("--helps", "What we believe helps", helps),
        problem=problem,
        expect=parse_amount(expect) if expect else None,
        worth=parse_amount(worth) if worth else None,
        owner=owner,
        decide=decide.date() if decide else None,
    )
    with open_workspace(folder, os.environ) as workspace:
        written = draft(bet, workspace.metrics, workspace.ledger)
        _write(workspace.root / written.path, written.text)
    say(f"written: {written.path}")
    say(paint(f"next: say why, commit it, then `aftermerge sync` and `aftermerge bet ask {slug}`", "quiet"))


def _answered(option: str, question: str, said: str | None) -> str:
    if said is not None:
        return said
    if not sys.stdin.isatty():
        raise click.UsageError(f"Missing option '{option}'.")
    return str(click.prompt(question, err=True))


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(f"{path} is there already", then="choose another name, or edit that file") from None
