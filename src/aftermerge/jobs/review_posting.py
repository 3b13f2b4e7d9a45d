"""The review, and its posting, of a workspace that is open."""

from aftermerge.bootstrap import OpenWorkspace, figures
from aftermerge.errors import InputError, SettingsError
from aftermerge.jobs.loops import constraint_in
from aftermerge.jobs.review import PostReport, due_period, post_review
from aftermerge.learn.period import Period
from aftermerge.learn.review import review
from aftermerge.model.destination import Destination
from aftermerge.model.review import Review
from aftermerge.render.constraint import constraint_line
from aftermerge.settings.bulletins import WEEKDAYS


def review_of(workspace: OpenWorkspace, period: Period, *, only_quotable: bool = False) -> Review:
    """The review of a period as the workspace's settings have it."""
    return review(
        workspace.name,
        period,
        workspace.ledger,
        workspace.settings.ship.maintenance,
        constraint=constraint_line(constraint_in(workspace)),
        only_quotable=only_quotable,
    )


def due_period_of(workspace: OpenWorkspace) -> Period:
    """The last week or month whose day has come."""
    posts, zone = workspace.settings.review, workspace.timezone
    today = workspace.clock().astimezone(zone).date()
    return due_period(posts.every, WEEKDAYS.index(posts.on or "monday"), today, zone)


def post_review_of(workspace: OpenWorkspace, period: Period, *, again: Destination | None = None) -> PostReport:
    """Once to each place that is named; to `again` on a human's word.

    Raises:
        InputError: the period is open, or no place is named.
    """
    if period.since is None or period.until is None:
        raise InputError("what is posted has a first and a last day", then="name both, or a --period")
    places = (again,) if again else workspace.settings.review.destinations
    if not places:
        then = 'write `[review]` with `to = ["slack:#product"]` in aftermerge.toml'
        raise SettingsError("no place is named to post the review to", then=then)
    return post_review(
        lambda: review_of(workspace, period, only_quotable=True),
        period,
        places,
        workspace.ledger,
        workspace.noticeboards,
        figures(),
        workspace.clock,
        again=again is not None,
    )
