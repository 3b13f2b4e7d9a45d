"""Crossings: from facts that a person linked to themself, and from no other."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date

from aftermerge.learn.crossings import Borders, crossings
from aftermerge.model.batch import Batch
from aftermerge.model.codeowners import read_codeowners
from aftermerge.model.crossing import Crossing
from aftermerge.model.feedback import Feedback
from aftermerge.model.interview import Interview
from aftermerge.model.person import Person
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day, link

BORDERS = Borders(
    read_codeowners(
        "/src/exports/ @harbor/exports\n/src/berths/ @Harbor/Berths\n/shared/ @harbor/exports @harbor/berths"
    ),
    {"exports": ("@harbor/exports",), "berths": ("@harbor/berths",)},
)
NOOR = Person(
    "noor@harbor.example",
    team="berths",
    references={"desk": frozenset({"agent-7"})},
    addresses=("noor@harbor.example",),
)
TALK = Interview(
    "pier", date(2024, 1, 20), "slow", ("Noor@harbor.example", "maya@harbor.example"), file="interviews/pier.md"
)


@dataclass
class Wrote:
    """Git, which knows who wrote what, and remembers for whom it was asked."""

    changes: dict[str, str]
    asked_for: set[str]

    def setting(self, name: str) -> str | None:
        return None

    def written_by(self, addresses: Collection[str], changes: Collection[str]) -> Collection[str]:
        self.asked_for |= set(addresses)
        return {change for change in changes if self.changes.get(change) in addresses}


def said(number: int, by: str | None = None, problem: str | None = "slow") -> Feedback:
    answered = day(30) if by else None
    return Feedback(
        "desk",
        str(number),
        day(number),
        "It spins.",
        author=f"c{number}",
        problem=problem,
        replied_at=answered,
        replied_by=by,
    )


def ledger(*feedback: Feedback) -> MemoryLedger:
    found = MemoryLedger()
    changes = (
        change("c1", 19, paths=("src/exports/job.py",)),
        change("c2", 21, paths=("src/berths/map.py", "shared/x.py")),
        change("c3", 23, paths=("src/exports/other.py",)),
    )
    bets = (bet(problem="slow"), bet("no-customers", problem="unheard"))
    found.store("all", Batch("1", feedback=feedback, bets=bets, changes=changes))
    found.replace_links([link("c1", "faster-export"), link("c2", "faster-export"), link("c3", "no-customers")])
    return found


def found(
    person: Person, held: MemoryLedger, wrote: dict[str, str] | None = None, talks: tuple[Interview, ...] = ()
) -> tuple[Crossing, ...]:
    return crossings(person, held, Wrote(wrote or {}, set()), BORDERS, talks, UTC)


def test_ones_own_public_reply_on_a_bets_problem_is_a_crossing_with_its_customer() -> None:
    held = ledger(said(1), said(2, by="agent-7"), said(3, by="agent-8"), said(4, by="agent-7", problem=None))
    assert found(NOOR, held) == (Crossing("faster-export", "answered", day(30).date(), "desk:2", "desk:2"),)


def test_a_name_at_one_source_says_nothing_at_another() -> None:
    elsewhere = replace(NOOR, references={"chat": frozenset({"agent-7"})})
    assert found(elsewhere, ledger(said(2, by="agent-7"))) == ()


def test_a_change_in_another_teams_code_for_a_bet_with_customers_is_a_crossing() -> None:
    wrote = dict.fromkeys(("c1", "c2", "c3"), "noor@harbor.example")
    only = Crossing("faster-export", "changed", day(19).date(), "c1", "desk:1", ("exports",))
    assert found(NOOR, ledger(said(2), said(1)), wrote) == (only,)


def test_what_somebody_else_wrote_is_not_theirs() -> None:
    assert found(NOOR, ledger(said(1)), {"c1": "maya@harbor.example"}) == ()


def test_git_is_asked_for_nobody_but_the_person_who_asks() -> None:
    git = Wrote({"c1": "maya@harbor.example"}, set())
    crossings(NOOR, ledger(said(1)), git, BORDERS, (), UTC)
    assert git.asked_for == {"noor@harbor.example"}


def test_whose_team_is_not_known_has_no_border_to_cross() -> None:
    nowhere = replace(NOOR, team=None)
    assert found(nowhere, ledger(said(1)), {"c1": "noor@harbor.example"}) == ()


def test_an_interview_is_theirs_whom_it_names() -> None:
    only = Crossing("faster-export", "interviewed", date(2024, 1, 20), "interviews/pier.md", "desk:1")
    assert found(NOOR, ledger(said(1)), talks=(TALK,)) == (only,)
    assert found(replace(NOOR, email="ida@harbor.example"), ledger(said(1)), talks=(TALK,)) == ()
    assert found(NOOR, ledger(said(1)), talks=(replace(TALK, problem="other"),)) == ()
