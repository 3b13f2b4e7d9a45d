"""Harbor answers those who asked at GitHub, Zendesk, Intercom, Slack and by mail, and hears whether it helped."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aftermerge.hear.problems import problem_facts
from aftermerge.web.app import customer_pages
from support.answered_harbor import BET, LINK, SERVICES, AnsweredHarbor, answered_harbor
from support.pages import ask_page

KILLS = 50
EACH = 6


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnsweredHarbor]:
    with answered_harbor(tmp_path_factory.mktemp("answered") / "harbor", EACH) as made:
        yield made


def test_killed_at_random_moments_nobody_is_told_twice_and_each_is_told_or_listed(harbor: AnsweredHarbor) -> None:
    harbor.draft_and_approve()
    rng = random.Random(7)
    for _ in range(KILLS):
        harbor.send_and_be_killed(rng, 0.25)
    for _ in range(2):
        harbor.send()
        harbor.later += timedelta(minutes=10)
    messages = harbor.messages()
    assert harbor.interrupted > KILLS // 5
    assert len(messages) == len(SERVICES) * EACH
    for message in messages:
        times = harbor.told(message)
        assert times <= 1, message
        assert (message.state, times) == ("sent", 1) or (message.state, message.feedback[:5]) == ("unknown", "mail:")


def test_who_was_told_is_asked_a_week_later_and_a_no_opens_the_problem_again(harbor: AnsweredHarbor) -> None:
    harbor.later += timedelta(days=8)
    harbor.draft_and_approve()
    harbor.send()
    question = next(row for row in harbor.messages() if row.id == f"{BET}/desk:1/helped")
    assert (question.state, harbor.told(question)) == ("sent", 1)
    link = next(found[0] for text in harbor.texts("desk", 1) if (found := LINK.search(text)))
    with harbor.open() as workspace:
        assert workspace.links is not None
        pages = customer_pages(workspace.ledger, workspace.links, workspace.clock)
        assert ask_page(pages, "GET", link).status_code == 200
        assert not workspace.ledger.confirmations()
        assert "Thank you" in ask_page(pages, "POST", link, data={"helped": "no"}).text
        facts = problem_facts(workspace.ledger, workspace.clock().date(), workspace.timezone)
        reopened = [problem.id for problem in facts if problem.is_reopened]
        bet = next(bet for bet in workspace.ledger.bets() if bet.slug == BET)
    assert reopened == [bet.problem]
