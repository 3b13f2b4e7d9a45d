"""The review of a period, posted once to each place that is named for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import cache
from typing import Literal

from aftermerge.errors import AftermergeError, LeaseTakenError
from aftermerge.jobs.announce import LEASE_SECONDS, Announced, Announcement, OpenBoard, announce, reference_of
from aftermerge.jobs.pictures import pictures_of
from aftermerge.learn.period import Period, last_month, last_week
from aftermerge.model.destination import Board, Destination
from aftermerge.model.notice import Notice
from aftermerge.model.review import Review
from aftermerge.ports import Bulletin, Clock, Figures, Ledger
from aftermerge.render.review import review_blocks, review_html, review_subject, review_text

__all__ = ["NAME", "PostReport", "due_period", "post_review", "posted_reviews"]

NAME = "review"


@dataclass(frozen=True, slots=True)
class PostReport:
    """What one job posted. `without_pictures` says why charts are missing; `taken`: another job is at it."""

    period: Period
    announced: tuple[Announced, ...] = ()
    errors: tuple[AftermergeError, ...] = ()
    without_pictures: AftermergeError | None = None
    taken: str | None = None


def due_period(every: Literal["week", "month"], on: int, today: date, timezone: tzinfo) -> Period:
    """The last one whose day has come: a month with its end, a week on the weekday (0 is Monday) that follows it."""
    if every == "month":
        return last_month(today, timezone)
    return last_week(today - timedelta(days=on), timezone)


def post_review(
    review: Callable[[], Review],
    period: Period,
    places: Sequence[Destination],
    ledger: Ledger,
    boards: Mapping[Board, OpenBoard],
    figures: Figures,
    clock: Clock,
    *,
    again: bool = False,
) -> PostReport:
    """Of two jobs with one ledger the later leaves it to the earlier. `again`: on a human's word."""
    made = cache(lambda: _Made.of(review(), figures))
    given = [_announcement(period, place, made) for place in places]
    try:
        with ledger.lease("announce", clock(), LEASE_SECONDS):
            told, errors = announce(given, ledger, boards, clock, again=again)
    except LeaseTakenError as error:
        return PostReport(period, taken=error.what)
    is_made = made.cache_info().currsize > 0
    return PostReport(period, told, errors, made().without_pictures if is_made else None)


def posted_reviews(ledger: Ledger) -> Sequence[Notice]:
    """Every review that was posted, or begun to be; the oldest period first."""
    return [notice for notice in ledger.notices() if notice.name.startswith(f"{NAME} ")]


@dataclass(frozen=True, slots=True)
class _Made:
    """A review in its forms, made once for all places."""

    workspace: str
    subject: str
    text: str
    html: str
    blocks: Sequence[Mapping[str, object]]
    without_pictures: AftermergeError | None

    @classmethod
    def of(cls, review: Review, figures: Figures) -> "_Made":
        pictures, error = pictures_of(review, figures)
        html, blocks = review_html(review, pictures), review_blocks(review)
        return cls(review.workspace, review_subject(review), review_text(review), html, blocks, error)


def _announcement(period: Period, place: Destination, made: Callable[[], _Made]) -> Announcement:
    name = f"{NAME} {period.since} {period.until} {place}"
    return Announcement(name, place, lambda: _bulletin(name, place, made()))


def _bulletin(name: str, place: Destination, made: _Made) -> Bulletin:
    reference = reference_of(made.workspace, name)
    return Bulletin(reference, place.to, made.subject, made.text, made.html, made.blocks)
