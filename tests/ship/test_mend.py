"""What a person says of a change stands, whatever the rules find."""

from pathlib import Path

import pytest

from aftermerge.connectors.git import GitRepository
from aftermerge.errors import UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Change
from aftermerge.ship.link import relink
from aftermerge.ship.mend import mend
from support.histories import START, commit_at, git
from support.memory_ledger import MemoryLedger
from support.world import bet, day


@pytest.fixture
def merged(tmp_path: Path) -> tuple[Path, str, str]:
    """A repository, the commit that was made on a branch, and the merge that brought it in."""
    git(tmp_path, "init", "-q", "-b", "main")
    commit_at(tmp_path, START, "Begin")
    git(tmp_path, "switch", "-q", "-c", "work")
    (tmp_path / "a").write_text("1")
    inner = commit_at(tmp_path, START, "Work")
    git(tmp_path, "switch", "-q", "main")
    git(tmp_path, "merge", "-q", "--no-ff", "-m", "Merge branch 'work'", "work")
    return tmp_path, inner, git(tmp_path, "rev-parse", "HEAD")


def ledger_with(*changes: str) -> MemoryLedger:
    ledger = MemoryLedger()
    rows = tuple(Change(name, "git", day(20), "Work", "Work\n\nBet: faster-export") for name in changes)
    ledger.store("all", Batch("1", changes=rows, bets=(bet("faster-export"), bet("other"))))
    relink(ledger)
    return ledger


def linked(ledger: MemoryLedger) -> list[tuple[str, str]]:
    relink(ledger)
    return [(link.bet, link.rule) for link in ledger.links()]


def test_a_commit_of_a_branch_names_the_change_that_brought_it_in(merged: tuple[Path, str, str]) -> None:
    folder, inner, merge = merged
    ledger = ledger_with(merge)
    mended = mend(inner[:9], ["other"], ledger, GitRepository(folder))
    assert (mended.change.id, mended.before, mended.after) == (merge, ("faster-export",), ("other",))
    assert linked(ledger) == [("other", "hand")]


def test_a_change_can_be_said_to_serve_none_and_linked_anew(merged: tuple[Path, str, str]) -> None:
    folder, _, merge = merged
    ledger = ledger_with(merge)
    mend("HEAD", [], ledger, GitRepository(folder))
    assert linked(ledger) == []
    mend("HEAD", ["faster-export", "other", "other"], ledger, GitRepository(folder))
    assert linked(ledger) == [("faster-export", "hand"), ("other", "hand")]


def test_a_change_of_another_repository_is_named_by_the_beginning_of_its_id(merged: tuple[Path, str, str]) -> None:
    ledger = ledger_with("feed1234", "feed5678")
    repository = GitRepository(merged[0])
    assert mend("feed12", ["other"], ledger, repository).change.id == "feed1234"
    with pytest.raises(UnknownIdError, match="2 changes"):
        mend("feed", ["other"], ledger, repository)


@pytest.mark.parametrize(
    ("commit", "bets", "told"),
    [
        ("HEAD", ["othr"], "did you mean `other`"),
        ("HEAD", ["other"], "aftermerge sync"),
        ("nothing", ["other"], "ship log"),
        ("", ["other"], "ship log"),
        ("idea", ["other"], "once it is merged"),
    ],
)
def test_what_is_not_known_is_refused_with_the_next_step(
    merged: tuple[Path, str, str], commit: str, bets: list[str], told: str
) -> None:
    git(merged[0], "switch", "-q", "-c", "idea")
    commit_at(merged[0], START, "An idea")
    git(merged[0], "switch", "-q", "main")
    ledger = ledger_with("feed1234")
    with pytest.raises(UnknownIdError) as caught:
        mend(commit, bets, ledger, GitRepository(merged[0]))
    assert told in str(caught.value)
    assert linked(ledger) == [("faster-export", "message")]
