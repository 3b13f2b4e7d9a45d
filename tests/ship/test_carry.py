"""Releases of which only the commit is known."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.ports import Stored
from aftermerge.ship.carry import carried, carry
from support.memory_ledger import MemoryLedger
from support.world import change, day, release

CHANGES = [change(name, index) for index, name in enumerate("abcdef")]


def bare(name: str, index: int, commit: str | None) -> Release:
    return Release(name, "hub", "deployment", day(index), commit=commit)


def shared_out(*releases: Release) -> list[str]:
    return ["".join(one.changes) for one in carried(releases, CHANGES)]


def test_a_release_carries_what_was_merged_since_the_one_before() -> None:
    assert shared_out(bare("1", 10, "b"), bare("2", 11, "c"), bare("3", 12, "f")) == ["ab", "c", "def"]


def test_an_older_commit_deployed_again_carries_nothing_new() -> None:
    assert shared_out(bare("1", 10, "d"), bare("back", 11, "b"), bare("3", 12, "e")) == ["abcd", "", "e"]


def test_a_commit_that_is_not_on_the_main_line_carries_nothing() -> None:
    assert shared_out(bare("1", 10, "zzz"), bare("2", 11, None), bare("3", 12, "b")) == ["", "", "ab"]


def test_a_commit_may_be_written_short() -> None:
    found = carried([bare("1", 10, "a1b2c3d"), bare("2", 11, "f")], [change("a1b2c3d4" * 5, 1), change("ff", 2)])
    assert [one.changes for one in found] == [("a1b2c3d4" * 5,), ()]


def test_each_repository_is_shared_out_by_itself() -> None:
    docs = [replace(change(name, index), source="docs") for index, name in enumerate("xyz")]
    found = carried([bare("1", 10, "y"), bare("2", 11, "b")], [*CHANGES, *docs])
    assert [one.changes for one in found] == [("x", "y"), ("a", "b")]


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from("abcdefz")), max_size=8))
def test_no_change_is_carried_twice(given_: list[tuple[int, str]]) -> None:
    found = carried([bare(str(place), at, commit) for place, (at, commit) in enumerate(given_)], CHANGES)
    shared = [name for one in found for name in one.changes]
    assert len(shared) == len(set(shared))


def test_the_ledger_is_told_once_and_what_git_knows_is_left_alone() -> None:
    ledger = MemoryLedger()
    tag = release("v1", 5, "a")
    ledger.store("git", Batch("1", changes=tuple(CHANGES), releases=(tag, replace(tag, id="v1-again", changes=()))))
    ledger.store("hub", Batch("7", releases=(bare("1", 10, "b"),)))
    assert carry(ledger).changed == 1
    assert carry(ledger) == Stored()
    assert {one.id: one.changes for one in ledger.releases()} == {"v1": ("a",), "v1-again": (), "1": ("a", "b")}
    assert ledger.cursor("hub") == "7"
