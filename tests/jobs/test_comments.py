"""One comment a pull request, however many jobs tell it, at once and killed in the middle."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from aftermerge.errors import OutsideError, SettingsError
from aftermerge.jobs.comments import CommentsReport, drafts
from aftermerge.ledger import open_ledger
from aftermerge.model.batch import Batch
from support.fake_api import FakeApi, Request
from support.fake_github_work import FakeGitHubWork
from support.ledger_processes import heard, other_process
from support.memory_ledger import MemoryLedger
from support.verdicts import fill, measured, tell, tell_in_process
from support.world import bet, day

MARK = "<!-- aftermerge: verdict -->\n### ▲ Improved: Thing"


@pytest.fixture
def github() -> Iterator[FakeGitHubWork]:
    with FakeApi() as api:
        made = FakeGitHubWork(api)
        for number in (12, 13):
            made.pull(number, 0)
        yield made


@pytest.fixture
def ledger() -> MemoryLedger:
    made = MemoryLedger()
    fill(made)
    return made


def outcomes(report: CommentsReport) -> list[tuple[int, str]]:
    return [(told.request.number, told.posted.outcome) for told in report.told]


def is_told_once(github: FakeGitHubWork) -> bool:
    return all([body[: len(MARK)] for body in github.bodies(number)] == [MARK] for number in (12, 13))


def test_each_pull_request_whose_bet_was_measured_gets_its_verdict_once(
    github: FakeGitHubWork, ledger: MemoryLedger
) -> None:
    assert outcomes(tell(ledger, github.api.url)) == [(12, "created"), (13, "created")]
    assert is_told_once(github)
    before = github.made
    assert outcomes(tell(ledger, github.api.url)) == [(12, "unchanged"), (13, "unchanged")]
    assert github.made == before
    assert not [request for request in github.api.requests if request.method in ("PATCH", "DELETE")]


def test_another_verdict_is_told_in_the_same_place(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    tell(ledger, github.api.url)
    ledger.replace_readouts(day(70), [measured("bet-12", verdict="harmed"), measured("bet-13")])
    assert outcomes(tell(ledger, github.api.url)) == [(12, "updated"), (13, "unchanged")]
    assert github.bodies(12)[0].startswith("<!-- aftermerge: verdict -->\n### ▼ Harmed")
    assert len(github.said) == 2


def test_what_was_not_measured_or_serves_no_bet_is_not_spoken_of(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    ledger.replace_readouts(day(70), [measured("bet-13")])
    assert [draft.request.number for draft in drafts(ledger, {"work": None})] == [13]
    ledger.replace_links([])
    assert drafts(ledger, {"work": None}) == []


def test_a_pull_request_of_another_source_is_let_be(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    assert tell(ledger, github.api.url, "elsewhere").told == ()
    assert github.api.requests == []


def test_a_pull_request_that_two_sources_know_gets_one_comment(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    twice = tuple(replace(request, source="also") for request in ledger.pull_requests())
    ledger.store("also", Batch("1", pull_requests=twice))
    assert len(tell(ledger, github.api.url, "work", "also").told) == 2
    assert is_told_once(github)


def test_a_bet_that_was_linked_by_hand_is_told_of_too(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    ledger.link_by_hand(f"{12:040x}", ["bet-12", "bet-13"])
    tell(ledger, github.api.url)
    assert "Thing 13 helps" in github.bodies(12)[0]


def test_nobody_to_tell_it_to_asks_nothing(ledger: MemoryLedger) -> None:
    assert drafts(ledger, {}) == []
    assert drafts(MemoryLedger(), {"work": None}) == []


def test_one_that_is_refused_leaves_the_others_their_turn(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    github.locked.add(12)
    report = tell(ledger, github.api.url)
    assert outcomes(report) == [(12, "refused"), (13, "created")]
    assert "locked" in report.of("refused")[0].posted.reason


@pytest.mark.parametrize(("status", "kind"), [(401, SettingsError), (502, OutsideError)])
def test_an_error_is_reported_with_what_was_told_before_it(
    github: FakeGitHubWork, ledger: MemoryLedger, status: int, kind: type[Exception]
) -> None:
    github.api.instead("POST", r".*/issues/13/comments", lambda request: (status, {}, {"message": "no"}))
    report = tell(ledger, github.api.url)
    assert outcomes(report) == [(12, "created")]
    assert [type(error) for error in report.errors] == [kind]


def test_a_job_that_finds_another_at_it_leaves_it_the_work(github: FakeGitHubWork, ledger: MemoryLedger) -> None:
    with ledger.lease("comments", day(61), 60):
        report = tell(ledger, github.api.url)
    assert report.taken
    assert github.api.requests == []


def test_many_jobs_with_one_ledger_leave_one_comment(github: FakeGitHubWork, tmp_path: Path) -> None:
    with open_ledger(tmp_path / "one.db") as ledger:
        fill(ledger)
    at_once(5, lambda number: told(tmp_path / "one.db", github.api.url))
    assert told(tmp_path / "one.db", github.api.url).errors == ()
    assert is_told_once(github)


def test_many_jobs_with_a_ledger_each_end_in_one_comment(github: FakeGitHubWork, tmp_path: Path) -> None:
    for number in range(4):
        with open_ledger(tmp_path / f"{number}.db") as ledger:
            fill(ledger)
    at_once(4, lambda number: told(tmp_path / f"{number}.db", github.api.url))
    told(tmp_path / "0.db", github.api.url)
    assert is_told_once(github)


def told(path: Path, url: str) -> CommentsReport:
    with open_ledger(path) as ledger:
        return tell(ledger, url)


def at_once(jobs: int, work: Callable[[int], CommentsReport]) -> None:
    together, failed = threading.Barrier(jobs), list[str]()

    def job(number: int) -> None:
        together.wait(30)
        failed.extend(map(str, work(number).errors))

    threads = [threading.Thread(target=job, args=(number,)) for number in range(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


@pytest.mark.parametrize(
    ("request_number", "is_done"), [(1, False), (2, False), (3, False), (3, True), (4, False), (6, True)]
)
def test_a_job_that_was_killed_in_the_middle_leaves_one_comment_after_the_next(
    github: FakeGitHubWork, tmp_path: Path, request_number: int, is_done: bool
) -> None:
    """Killed as it waits for an answer. Its requests: who it is, list, create, list, list, create, list."""
    path, reached, go_on = tmp_path / "ledger.db", threading.Event(), threading.Event()
    with open_ledger(path) as ledger:
        fill(ledger)
    counted = iter(range(1, 1000))

    def hold(request: Request) -> None:
        if next(counted) == request_number:
            if is_done and request.method == "POST" and "comments" in request.path:
                github._create(request)
            reached.set()
            assert go_on.wait(60)
            raise ConnectionAbortedError

    github.meanwhile = hold
    with other_process(tell_in_process, path, github.api.url) as (process, pipe):
        assert heard(pipe) == "ready"
        assert reached.wait(60)
        process.kill()
        process.join()
        go_on.set()
    github.meanwhile = lambda request: None
    report = told(path, github.api.url)
    assert (report.errors, report.taken) == ((), None)
    assert is_told_once(github)


def test_newer_duplicates_that_a_killed_job_left_are_removed_by_the_next(
    github: FakeGitHubWork, ledger: MemoryLedger
) -> None:
    for _ in range(3):
        github.say(12, "<!-- aftermerge: verdict -->\n### … Too early")
    report = tell(ledger, github.api.url)
    assert (report.told[0].posted.outcome, report.told[0].posted.removed) == ("updated", 2)
    assert is_told_once(github)


def test_a_bet_without_a_pull_request_is_no_ones_comment(ledger: MemoryLedger) -> None:
    ledger.store("git", Batch("2", bets=(bet("lonely"),)))
    ledger.replace_readouts(day(70), [measured("lonely")])
    assert drafts(ledger, {"work": None}) == []
