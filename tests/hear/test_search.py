"""Searching brings the index up to date, folds near copies, and says what else to try."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftermerge.errors import OutsideError
from aftermerge.hear.copies import family_sizes, first_of
from aftermerge.hear.refresh import refresh
from aftermerge.hear.search import search
from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.model.found import Tried
from aftermerge.model.search import Hits, SearchQuery
from support.memory_index import MemoryIndex
from support.memory_ledger import MemoryLedger

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(name: str, text: str, day: int = 0, **more: Any) -> Feedback:
    return Feedback("desk", name, AT + timedelta(days=day), text, **more)


def ledger_of(*rows: Feedback, releases: tuple[Release, ...] = ()) -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.store("desk", Batch(cursor="1", feedback=rows, releases=releases))
    return ledger


def ids(ledger: MemoryLedger, words: str, index: MemoryIndex | None = None, **more: Any) -> list[str]:
    return [
        item.feedback.external_id for item in search(SearchQuery(words, **more), ledger, index or MemoryIndex()).found
    ]


class LockedIndex(MemoryIndex):
    """One that somebody else writes, once `locked`."""

    locked = False

    def update(self, heard: Heard) -> None:
        if self.locked:
            raise OutsideError("another process is writing")
        super().update(heard)


class DamagedIndex(MemoryIndex):
    """One whose first search finds it damaged and drops it."""

    is_whole = False

    def search(self, query: SearchQuery) -> Hits:
        if not self.is_whole:
            self.is_whole = True
            self.clear()
            raise OutsideError("the search index is damaged")
        return super().search(query)


@contextmanager
def locked(index: LockedIndex) -> Iterator[None]:
    index.locked = True
    yield
    index.locked = False


def test_what_was_heard_since_is_found_without_any_other_command() -> None:
    index, ledger = MemoryIndex(), ledger_of(said("a", "export fails"))
    assert ids(ledger, "fails", index) == ["a"]
    ledger.store("desk", Batch(cursor="2", feedback=(said("a", "export works"), said("b", "login fails"))))
    assert ids(ledger, "fails", index) == ["b"]


def test_a_second_refresh_takes_nothing_in() -> None:
    index, ledger = MemoryIndex(), ledger_of(said("a", "export"), said("b", "login"))
    assert (refresh(ledger, index), refresh(ledger, index)) == (2, 0)


def test_an_index_that_is_ahead_of_its_ledger_is_filled_anew() -> None:
    index, ledger = MemoryIndex(), ledger_of(said("a", "export"))
    index.update(Heard(99, (said("other", "export"),)))
    assert refresh(ledger, index) == 1
    assert ids(ledger, "export", index) == ["a"]


def test_a_ledger_that_hands_over_in_steps_is_read_to_its_end() -> None:
    class SteppingLedger(MemoryLedger):
        def heard_since(self, revision: int) -> Heard:
            step = revision + 1
            return Heard(step, (said(f"{step}", "export"),)) if step <= 3 else Heard(3, ())

    index = MemoryIndex()
    assert refresh(SteppingLedger(), index) == 3
    assert index.revision == 3


def test_an_index_that_is_being_written_is_searched_as_it_is_and_that_is_told() -> None:
    index, ledger = LockedIndex(), ledger_of(said("a", "export"))
    refresh(ledger, index)
    ledger.store("desk", Batch(cursor="2", feedback=(said("b", "export"),)))
    with locked(index):
        found = search(SearchQuery("export"), ledger, index)
    assert [item.feedback.external_id for item in found.found] == ["a"]
    assert found.behind == "another process is writing"
    with locked(empty := LockedIndex()), pytest.raises(OutsideError):
        search(SearchQuery("export"), ledger, empty)


def test_an_index_that_turns_out_damaged_is_filled_anew_unasked() -> None:
    assert ids(ledger_of(said("a", "export")), "export", DamagedIndex()) == ["a"]


def test_near_copies_of_what_is_shown_are_counted_and_not_shown() -> None:
    rows = [said(f"{i}", "export fails again", day=i) for i in range(6)] + [said("x", "export fails", day=9)]
    ledger = ledger_of(*rows)
    ledger.mark_near_copies({"desk:1": "desk:0", "desk:2": "desk:1", "desk:5": "desk:0"})
    found = search(SearchQuery("export", order="newest", limit=3), ledger, MemoryIndex())
    shown = [(item.feedback.external_id, item.copies) for item in found.found]
    assert shown == [("x", 0), ("5", 3), ("4", 0)]
    assert found.total == 7


def test_a_page_is_filled_though_the_best_hits_are_copies_of_one_another() -> None:
    ledger = ledger_of(*(said(f"{i}", "export fails again", day=i) for i in range(6)))
    ledger.mark_near_copies({"desk:5": "desk:3", "desk:4": "desk:3"})
    assert ids(ledger, "export", order="newest", limit=2) == ["5", "2"]


def test_families_survive_copies_that_point_at_one_another() -> None:
    copies = {"b": "a", "a": "b", "c": "a"}
    assert first_of("c", copies) in {"a", "b"}
    assert family_sizes({"z"}, copies)["z"] == 1


def test_a_hit_bears_its_marks_and_the_release_that_it_joined() -> None:
    ledger = ledger_of(said("a", "The Export fails", version="1.2"), releases=(Release("v1.2.0", "desk", "tag", AT),))
    (item,) = search(SearchQuery("export"), ledger, MemoryIndex()).found
    assert item.marks == ((4, 10),)
    assert item.release is not None
    assert item.release.id == "v1.2.0"


def test_when_nothing_is_found_it_says_what_else_there_would_be() -> None:
    ledger = ledger_of(said("a", "export fails", rating=5), said("b", "login"))
    found = search(SearchQuery("export login", most_rating=2), ledger, MemoryIndex())
    assert found.tried == (Tried("export login", 0), Tried("export", 0), Tried("login", 0), Tried("", 2))
    found = search(SearchQuery("export", most_rating=2), ledger, MemoryIndex())
    assert found.tried == (Tried("export", 1), Tried("", 2))
    found = search(SearchQuery('"no such" export'), ledger, MemoryIndex())
    assert found.tried == (Tried('"no such"', 0), Tried("export", 1), Tried("", 2))
    assert search(SearchQuery("export"), ledger, MemoryIndex()).tried == ()


def test_a_forgotten_customer_s_words_are_found_no_more() -> None:
    index, ledger = MemoryIndex(), ledger_of(said("a", "zebra export", author="7"), said("b", "export"))
    assert ids(ledger, "zebra", index) == ["a"]
    ledger.forget("desk:7")
    assert ids(ledger, "zebra", index) == []
    assert ids(ledger, "export", index) == ["b"]
