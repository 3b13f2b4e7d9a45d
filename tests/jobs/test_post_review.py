"""The review of a week or a month, posted once to each place."""

from datetime import UTC, date, datetime

import pytest

from aftermerge.errors import AftermergeError
from aftermerge.jobs.review import PostReport, due_period, post_review, posted_reviews
from aftermerge.learn.period import Period
from aftermerge.learn.review import review
from aftermerge.model.batch import Batch
from aftermerge.model.destination import Destination
from aftermerge.model.feedback import Feedback
from aftermerge.model.review import Review
from support.fake_noticeboard import FakeNoticeboard, MortalLedger
from support.world import bet, change, day, link, metric, release

WEEK = Period(UTC, date(2024, 1, 15), date(2024, 1, 21))
NOON = datetime(2024, 1, 22, 12, tzinfo=UTC)
PLACES = (Destination("slack", "#product"), Destination("email", "team@harbor.example"))
SECRET = "The export of berth A5 spins for ever."  # noqa: S105


class NoFigures:
    def svg(self, spec: object) -> str:
        raise AftermergeError("figures are not installed")

    png = svg


def ledger(*, may_quote: bool = False) -> MortalLedger:
    found = MortalLedger()
    words = Feedback("desk", "1", day(5), SECRET, author="c", problem="slow", may_quote=may_quote)
    rows = Batch(
        "1",
        feedback=(words,),
        bets=(bet(problem="slow", helps="Exports that finish"),),
        metrics=(metric(),),
        changes=(change("c1", 15),),
        releases=(release("1.0", 16, "c1"),),
    )
    found.store("all", rows)
    found.replace_links([link("c1", "faster-export")])
    return found


def post(held: MortalLedger, slack: FakeNoticeboard, mail: FakeNoticeboard, *, again: bool = False) -> PostReport:
    def made() -> Review:
        return review("Harbor", WEEK, held, only_quotable=True)

    boards = {"slack": slack.open, "email": mail.open}
    places = PLACES[:1] if again else PLACES
    return post_review(made, WEEK, places, held, boards, NoFigures(), lambda: NOON, again=again)  # type: ignore[arg-type]


def test_it_is_posted_once_a_period_and_place_even_when_run_twice() -> None:
    held, slack, mail = ledger(), FakeNoticeboard(), FakeNoticeboard(can_look_up=False)
    assert [one.became for one in post(held, slack, mail).announced] == ["posted", "posted"]
    assert [one.became for one in post(held, slack, mail).announced] == ["already", "already"]
    assert [notice.name for notice in posted_reviews(held)] == [
        "review 2024-01-15 2024-01-21 mailto:team@harbor.example",
        "review 2024-01-15 2024-01-21 slack:#product",
    ]
    [there], [mailed] = slack.posted, mail.posted
    assert (there.to, mailed.to) == ("#product", "team@harbor.example")
    assert there.subject == "Harbor: what it changed for customers, 15 Jan 2024 – 21 Jan 2024"
    assert there.text.startswith("Harbor: what it changed for customers\n15 Jan 2024 – 21 Jan 2024")
    assert there.blocks
    assert "<!doctype html>" in (mailed.html or "")


def test_only_words_of_those_who_may_be_quoted_leave_the_ledger() -> None:
    for may_quote in (False, True):
        slack = FakeNoticeboard()
        post(ledger(may_quote=may_quote), slack, FakeNoticeboard())
        posted = f"{slack.posted[0].text}{slack.posted[0].html}{slack.posted[0].blocks}"
        assert (SECRET in posted) is may_quote
        assert ("hear search --problem slow" in posted) is not may_quote


def test_a_human_may_have_it_posted_again() -> None:
    held, slack = ledger(), FakeNoticeboard()
    post(held, slack, FakeNoticeboard())
    assert [one.became for one in post(held, slack, FakeNoticeboard(), again=True).announced] == ["posted"]
    assert len(slack.posted) == 2


def test_of_two_jobs_at_once_the_later_leaves_it_to_the_earlier() -> None:
    held, slack = ledger(), FakeNoticeboard()
    with held.lease("announce", NOON, 60):
        assert post(held, slack, FakeNoticeboard()).taken
    assert slack.posted == []


@pytest.mark.parametrize(
    ("today", "on", "until"),
    [
        (date(2026, 3, 9), 0, date(2026, 3, 8)),  # a Monday
        (date(2026, 3, 9), 4, date(2026, 3, 1)),  # on Fridays: this week's day has not come
        (date(2026, 3, 13), 4, date(2026, 3, 8)),
        (date(2026, 3, 15), 4, date(2026, 3, 8)),
        (date(2026, 3, 15), 0, date(2026, 3, 8)),
    ],
)
def test_a_week_is_due_from_its_day_on_and_is_not_lost_when_the_day_was_missed(
    today: date, on: int, until: date
) -> None:
    assert due_period("week", on, today, UTC).until == until


def test_a_month_is_due_once_it_has_ended() -> None:
    found = due_period("month", 0, date(2026, 3, 1), UTC)
    assert (found.since, found.until) == (date(2026, 2, 1), date(2026, 2, 28))
