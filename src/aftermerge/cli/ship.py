"""`aftermerge ship log | why | link | deploy | comment`."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.comments import comments_document, comments_text, drafts_document, drafts_text
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.cli.sync import leave_with_errors
from aftermerge.errors import SettingsError
from aftermerge.jobs.comments import Draft, comment_on_pull_requests, drafts
from aftermerge.jobs.deploy import deploy as deployed
from aftermerge.render.documents import moment
from aftermerge.render.trail import trail_document, trail_text
from aftermerge.render.untrusted import one_line
from aftermerge.ship.log import LoggedChange
from aftermerge.ship.log import log as logged
from aftermerge.ship.mend import mend
from aftermerge.ship.why import why as why_asked


@click.group()
def ship() -> None:
    """Changes, the bets they serve, the releases that carried them."""


@ship.command()
@click.option("-n", "most", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first.")
@in_folder
@as_json
def log(most: int, folder: Path, as_json: bool) -> None:
    """What was merged, newest first. With --json: all of it."""
    with open_workspace(folder, os.environ) as workspace:
        changes, now = logged(workspace.ledger, workspace.settings.ship.maintenance), workspace.clock()
    if as_json:
        print_json(_document(changes, now))
    elif changes:
        say("\n".join(_line(item) for item in changes[:most]))
    else:
        say("No change has been read yet. Run `aftermerge sync`.")


@ship.command()
@click.argument("asked", metavar="COMMIT | PATH:LINE")
@in_folder
@as_json
def why(asked: str, folder: Path, as_json: bool) -> None:
    """Why is this here? From a line to its change, its bet, the customers' words, and what it did."""
    with open_workspace(folder, os.environ) as workspace:
        trail = why_asked(_from_root(asked, folder, workspace.root), workspace.ledger, workspace.repository)
    if as_json:
        print_json(trail_document(trail))
    else:
        say(trail_text(trail, paint))


@ship.command()
@click.argument("commit")
@click.argument("bets", nargs=-1, metavar="[BET]...")
@click.option("--none", "serves_none", is_flag=True, help="It serves no bet, whatever the rules find.")
@in_folder
@as_json
def link(commit: str, bets: tuple[str, ...], serves_none: bool, folder: Path, as_json: bool) -> None:
    """Say which bets a change serves, in place of what the rules found. Linking anew takes it back."""
    if bool(bets) == serves_none:
        raise click.UsageError("Name the bets that the change serves, or say --none.")
    with open_workspace(folder, os.environ) as workspace:
        mended = mend(commit, bets, workspace.ledger, workspace.repository)
    if as_json:
        print_json({"change": mended.change.id, "before": list(mended.before), "bets": list(mended.after)})
        return
    told, was = ", ".join(mended.after) or "no bet", ", ".join(mended.before) or "no bet"
    say(f"{paint(mended.change.id[:10], 'quiet')} {one_line(mended.change.title, 60)}: serves {told} (was: {was})")


@ship.command()
@click.option("--commit", required=True, metavar="SHA", help="What was deployed: a commit, or a tag.")
@click.option("--version", help="The version that users see, where it has one.")
@click.option("--environment", default="production", show_default=True, help="Where to.")
@click.option("--at", metavar="TIME", help="When, such as 2026-03-01T14:05:00Z; now if left out.")
@click.option("--source", help="Of which source, where several have a list of deployments.")
@in_folder
@as_json
def deploy(
    commit: str,
    version: str | None,
    environment: str,
    at: str | None,
    source: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Say what was deployed, from any CI: a row more in the list of deployments. Saying it twice changes nothing."""
    with open_workspace(folder, os.environ) as workspace:
        done = deployed(workspace, commit, version=version, environment=environment, at=at, source=source)
    if as_json:
        print_json({"file": str(done.file), "new": done.is_new, "seen": done.is_seen, **done.deployment.row()})
        return
    told = "written to" if done.is_new else "stands already in"
    say(f"{done.deployment.commit[:10]} in {environment}: {told} {done.file}")
    if not done.is_seen:
        say(paint(f"users do not see {environment}: `environments` in aftermerge.toml names others", "unsure"))


@ship.command()
@click.option("--dry-run", is_flag=True, help="Print what would be written, for every pull request; send nothing.")
@in_folder
@as_json
def comment(dry_run: bool, folder: Path, as_json: bool) -> None:
    """Tell the verdict on merged pull requests, one comment each, where a source says `comment = true`."""
    with open_workspace(folder, os.environ) as workspace:
        if dry_run:
            _print_drafts(drafts(workspace.ledger), as_json)
            return
        if not workspace.channels:
            then = 'set `comment = true` at a source of kind github or gitlab that is read `as = "pull_requests"`'
            raise SettingsError("no source says that verdicts are told on its pull requests", then=then)
        report = comment_on_pull_requests(workspace.ledger, workspace.channels, workspace.clock())
    if as_json:
        print_json(comments_document(report))
    else:
        say(comments_text(report))
    leave_with_errors(report.errors)


def _print_drafts(given: Sequence[Draft], as_json: bool) -> None:
    if as_json:
        print_json(drafts_document(given))
    else:
        say(drafts_text(given))


def _from_root(asked: str, folder: Path, root: Path) -> str:
    """A file is named from where one stands; the repository is asked from the workspace's folder."""
    path, colon, line = asked.rpartition(":")
    here = (folder / path).resolve()
    return f"{here.relative_to(root)}:{line}" if colon and here.is_file() and here.is_relative_to(root) else asked


def _document(changes: Sequence[LoggedChange], now: datetime) -> dict[str, object]:
    rows = [
        {
            "id": item.change.id,
            "merged_at": moment(item.change.merged_at),
            "title": item.change.title,
            "bet": item.bets[0] if item.bets else None,
            "bets": list(item.bets),
            "rule": item.rule,
            "maintenance": item.is_upkeep,
            "releases": list(item.releases),
        }
        for item in changes
    ]
    return {"as_of": moment(now), "changes": rows}


def _line(item: LoggedChange) -> str:
    release = item.releases[0] if item.releases else "not released"
    none = paint("maintenance" if item.is_upkeep else "no claim", "quiet")
    bets = paint(f"{', '.join(item.bets)} (by {item.rule})", "strong") if item.bets else none
    day = f"{item.change.merged_at:%Y-%m-%d}"
    return f"{paint(item.change.id[:10], 'quiet')}  {day}  {release:<12}  {one_line(item.change.title, 60)}  {bets}"
