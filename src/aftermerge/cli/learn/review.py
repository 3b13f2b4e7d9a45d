"""`aftermerge learn review`."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from aftermerge.bootstrap import OpenWorkspace, figures, open_workspace
from aftermerge.cli.announced import announced_document, announced_text
from aftermerge.cli.learn.asked_period import AskedPeriod, day
from aftermerge.cli.screen import WANTS_ATTENTION, as_json, in_folder, paint, print_json, say
from aftermerge.cli.sync import leave_with_errors
from aftermerge.errors import InputError
from aftermerge.jobs.pictures import pictures_of
from aftermerge.jobs.review import PostReport, posted_reviews
from aftermerge.jobs.review_posting import due_period_of, post_review_of, review_of
from aftermerge.learn.period import Period
from aftermerge.model.destination import parse_destination
from aftermerge.model.review import Review
from aftermerge.render.announced import posted_document, posted_text
from aftermerge.render.documents import review_document
from aftermerge.render.review import review_blocks, review_html, review_markdown, review_text

_file = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--from", "since", type=day, help="First day of the period (YYYY-MM-DD).")
@click.option("--to", "until", type=day, help="Last day of the period (YYYY-MM-DD).")
@click.option("--period", help="week or month, the last full one; 2026-W10; 2026-03.")
@click.option("--markdown", is_flag=True, help="Print Markdown, for a pull request or a wiki.")
@click.option("--html", type=_file, help="Write HTML, for a mail or a browser, to this file.")
@click.option("--slack", is_flag=True, help="Print it as Slack's blocks, in JSON.")
@click.option("--post", is_flag=True, help="Post it to the places that [review] in aftermerge.toml names, once.")
@click.option("--again", metavar="PLACE", help="With --post: post it to this place, though it may stand there.")
@click.option("--posted", is_flag=True, help="List what was posted, and what nobody knows of.")
@in_folder
@as_json
def review(
    since: datetime | None,
    until: datetime | None,
    period: str | None,
    markdown: bool,
    html: Path | None,
    slack: bool,
    post: bool,
    again: str | None,
    posted: bool,
    folder: Path,
    as_json: bool,
) -> None:
    """What changed for customers, what we learned, who waits.

    Of everything so far, or of a period; what is posted is of the last full week or month, as [review] says.
    """
    if sum((markdown, html is not None, slack, post, posted, as_json and not (post or posted))) > 1:
        raise click.UsageError("Say one of --markdown, --html, --slack, --json, --post and --posted.")
    if again and not post:
        raise click.UsageError("--again goes with --post.")
    asked = AskedPeriod(since, until, period)
    with open_workspace(folder, os.environ) as workspace:
        if posted:
            _list(workspace, as_json)
        elif post:
            _post(workspace, asked, again, as_json)
        else:
            answer = review_of(workspace, asked.period(workspace) or Period(workspace.timezone))
            _show(answer, as_json=as_json, markdown=markdown, html=html, slack=slack)


def _show(answer: Review, *, as_json: bool, markdown: bool, html: Path | None, slack: bool) -> None:
    if as_json:
        print_json(review_document(answer))
    elif slack:
        print_json({"blocks": review_blocks(answer)})
    elif html:
        _write(answer, html)
    else:
        say(review_markdown(answer).rstrip("\n") if markdown else review_text(answer, paint))


def _write(answer: Review, path: Path) -> None:
    pictures, without = pictures_of(answer, figures())
    try:
        path.write_text(review_html(answer, pictures), encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror or error}", then="name another file") from error
    say(f"written: {path}")
    if without:
        say(paint(f"without charts: {without}", "unsure"), err=True)


def _post(workspace: OpenWorkspace, asked: AskedPeriod, again: str | None, as_json: bool) -> None:
    period = asked.period(workspace) or due_period_of(workspace)
    report = post_review_of(workspace, period, again=parse_destination(again) if again else None)
    if as_json:
        print_json({"from": str(period.since), "to": str(period.until), "told": announced_document(report.announced)})
    else:
        say(_posted(report))
    leave_with_errors(report.errors)
    if any(one.became in ("unknown", "refused") for one in report.announced):
        sys.exit(WANTS_ATTENTION)


def _posted(report: PostReport) -> str:
    if report.taken:
        return f"left to the job that is at it: {report.taken}"
    told = announced_text(report.announced)
    return f"{told}\nwithout charts: {report.without_pictures}" if report.without_pictures else told


def _list(workspace: OpenWorkspace, as_json: bool) -> None:
    found = posted_reviews(workspace.ledger)
    if as_json:
        print_json(posted_document(workspace.clock(), found))
    else:
        say(posted_text(found, paint) if found else "No review was posted yet.\nnext: `aftermerge learn review --post`")
