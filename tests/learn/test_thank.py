"""Thanks: with evidence that resolves, the receiver's to publish, and gone when either asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from aftermerge.errors import InputError, UnknownIdError
from aftermerge.learn import thank
from aftermerge.learn.contributions import contributors
from aftermerge.learn.shown import resolved
from aftermerge.model.batch import Batch
from aftermerge.model.exploration import Exploration
from aftermerge.model.feedback import Feedback
from aftermerge.model.file_version import FileVersion
from aftermerge.model.interview import Interview
from aftermerge.model.person import Person
from aftermerge.model.thanks import OwnName, ShownHabit, Thanks
from aftermerge.model.trail import LineOrigin
from aftermerge.render.thanks import suggestions_text, thanks_text
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAYA, NOOR, IDA = (Person(f"{name}@harbor.example") for name in ("maya", "noor", "ida"))


@dataclass(frozen=True)
class Commits:
    """A repository in which each commit landed with a step of the main line."""

    landed: dict[str, str]

    def commit(self, name: str) -> str | None:
        return next((commit for commit in self.landed if commit.startswith(name)), None)

    def landed_with(self, commit: str) -> str | None:
        return self.landed.get(commit)

    def versions_of_file(self, path: str) -> Iterator[FileVersion]:
        return iter(())

    def origin_of_line(self, path: str, line: int) -> LineOrigin:
        return LineOrigin(None, path, line, "")

    def changed_since(self, base: str, folder: str) -> list[str]:
        return []


def ledger() -> MemoryLedger:
    found = MemoryLedger()
    changes = (change("abcdef0123", 3), change("abcdef9999", 4), change("1234567890", 5))
    feedback = tuple(Feedback("desk", str(number), day(1), "It spins.") for number in range(10, 40))
    found.store("all", Batch("1", bets=(bet(),), changes=changes, feedback=feedback))
    return found


def given(held: MemoryLedger, giver: Person = MAYA, receiver: Person = NOOR, text: str = "You asked them.") -> Thanks:
    return thank.give(giver, receiver.email, "closed_the_loop", ("faster-export",), text, held, NOW)


def resolve(*ids: str) -> tuple[str, ...]:
    explored = Exploration("maps", "Who reads maps?", date(2026, 3, 2), date(2026, 3, 6))
    talk = Interview("pier", date(2026, 3, 2), "slow", ("maya",), file="interviews/pier.md")
    return resolved(ids, ledger(), Commits({"feedfeed00": "1234567890"}), (explored,), (talk,))


def test_evidence_is_kept_as_the_workspace_knows_it_each_once() -> None:
    ids = ("faster-export", "abcdef01", "1234567", "feedfeed", "desk:12", "maps", "interviews/pier.md")
    known = ("faster-export", "abcdef0123", "1234567890", "desk:12", "maps", "interviews/pier.md")
    assert resolve(*ids) == known


@pytest.mark.parametrize(
    ("id_", "then"),
    [
        ("faster-exprt", "did you mean `faster-export`?"),
        ("desk:1", "`desk:1"),
        ("interviews/peer.md", "did you mean `interviews/pier.md`?"),
        ("feedfeed99", "print ids"),
        ("abcdef", "print ids"),
        ("zzz", "print ids"),
    ],
)
def test_evidence_that_does_not_resolve_is_refused_with_the_nearest(id_: str, then: str) -> None:
    with pytest.raises(UnknownIdError) as caught:
        resolve("faster-export", id_)
    assert then in str(caught.value)


@pytest.mark.parametrize(
    ("receiver", "evidence", "text", "what"),
    [
        ("noor@harbor.example", (), "Thanks", "points at what shows it"),
        ("noor@harbor.example", ("faster-export",), " \n ", "says why"),
        ("noor@harbor.example", ("faster-export",), "x" * 1_001, "says why"),
        ("noor", ("faster-export",), "Thanks", "is no address"),
        ("Maya@harbor.example", ("faster-export",), "Thanks", "for somebody else"),
    ],
)
def test_a_thank_you_names_its_evidence_its_reason_and_somebody_else(
    receiver: str, evidence: tuple[str, ...], text: str, what: str
) -> None:
    with pytest.raises(InputError, match=what):
        thank.give(MAYA, receiver, "closed_the_loop", evidence, text, ledger(), NOW)


def test_only_giver_and_receiver_read_it_until_it_is_published() -> None:
    held = ledger()
    row = given(held)
    assert thank.inbox(MAYA, held) == thank.inbox(NOOR, held) == (row,)
    assert held.thanks(IDA.email) == []
    thank.publish(NOOR, row.id, held, NOW)
    assert [seen.id for seen in held.thanks(IDA.email)] == [row.id]
    assert thank.inbox(IDA, held) == ()
    thank.unpublish(NOOR, row.id, held)
    assert held.thanks(IDA.email) == []


def test_only_the_receiver_publishes_and_takes_it_back() -> None:
    held = ledger()
    row = given(held)
    with pytest.raises(InputError, match="only its receiver"):
        thank.publish(MAYA, row.id, held, NOW)
    thank.publish(NOOR, row.id, held, NOW)
    with pytest.raises(InputError, match="only its receiver"):
        thank.unpublish(MAYA, row.id, held)
    for deed in (thank.unpublish, thank.remove):
        with pytest.raises(UnknownIdError, match="neither gave nor received"):
            deed(IDA, row.id, held)
    assert thank.publish(NOOR, row.id, held, day(0)).published_at == NOW


@pytest.mark.parametrize("who", [MAYA, NOOR])
def test_it_goes_with_its_text_when_giver_or_receiver_asks(who: Person) -> None:
    held = ledger()
    thank.remove(who, given(held).id, held)
    assert thank.inbox(MAYA, held) == thank.inbox(NOOR, held) == ()


def test_the_same_words_at_the_same_moment_are_said_once() -> None:
    held = ledger()
    given(held)
    with pytest.raises(InputError, match="already"):
        given(held)


def habit(about: str, day_: int, whose: tuple[str, ...] = ()) -> ShownHabit:
    return ShownHabit(about, "bet", "closed_the_loop", date(2026, 3, day_), "it was so", (about,), whose)


def test_suggestions_leave_out_ones_own_habits_and_what_was_thanked_for() -> None:
    held = ledger()
    shown = (
        habit("b", 2, (NOOR.email,)),
        habit("a", 3, ("Maya@Harbor.example",)),
        habit("a", 4),
        habit("c", 9),
        habit("faster-export", 5),
    )
    given(held)
    found = thank.suggestions(MAYA, shown, held, date(2026, 3, 1), date(2026, 3, 8))
    assert found == (shown[0], shown[2])


def test_suggestions_are_shown_by_bet_as_they_come() -> None:
    told = suggestions_text(
        (habit("b", 2, ("z@harbor.example",)), habit("b", 3), habit("a", 1, ("a@x.example",))), {"b": "B"}
    )
    assert [line for line in told.splitlines() if line[:1].strip()] == ["b  B", "a"]
    assert "--evidence b" in told


def test_what_somebody_wrote_does_nothing_to_the_terminal() -> None:
    held = ledger()
    row = given(held, text="Fine \x1b[2J work")
    assert "\x1b" not in thanks_text(thank.inbox(NOOR, held), NOOR.email)
    assert f"{row.id}" in thanks_text(thank.inbox(MAYA, held), MAYA.email)


def published(receiver: str, habit_: str, day_: int) -> Thanks:
    at = datetime(2026, 3, day_, tzinfo=UTC)
    return Thanks(f"t{day_}", at, "maya@harbor.example", receiver, habit_, "Thanks", ("a",), at)  # type: ignore[arg-type]


def test_contributions_are_kinds_of_those_who_published_each_once_and_without_addresses() -> None:
    rows = (
        published("noor@harbor.example", "stopped_on_time", 3),
        published("ida@harbor.example", "closed_the_loop", 2),
        published("noor@harbor.example", "stopped_on_time", 4),
        published("noor@harbor.example", "followed_after_merge", 5),
    )
    quiet = Thanks("q", NOW, "maya@harbor.example", "zoe@harbor.example", "closed_the_loop", "Thanks", ("a",))
    names = {
        "noor@harbor.example": [OwnName("noor@harbor.example", "hub", "@noor"), OwnName("noor", "desk", "agent-7")]
    }
    assert contributors((*rows, quiet), names, ["hub"]) == [
        {"name": "ida", "contributions": ["question"]},
        {
            "login": "noor",
            "name": "noor",
            "avatar_url": "https://github.com/noor.png",
            "profile": "https://github.com/noor",
            "contributions": ["maintenance", "projectManagement"],
        },
    ]
