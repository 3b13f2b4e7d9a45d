from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aftermerge.errors import DataError
from aftermerge.jobs.sync import sync
from aftermerge.model.batch import Batch, Rejected
from aftermerge.model.feedback import Feedback
from aftermerge.ports import Stored
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day


@dataclass(frozen=True)
class Source:
    """Hands over its batches in order, each once; fails after them when it is told to."""

    name: str
    batches: Sequence[Batch]
    error: DataError | None = None

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        start = int(cursor or 0)
        yield from self.batches[start:]
        if self.error:
            raise self.error


def silent(name: str, done: int | None, total: int | None) -> None:
    """Nobody looks."""


def words(number: int) -> Feedback:
    return Feedback("desk", str(number), day(number), "It spins.")


def test_each_batch_is_kept_with_its_cursor_and_the_next_sync_goes_on_from_there() -> None:
    ledger = MemoryLedger()
    source = Source("desk", [Batch("1", feedback=(words(1),)), Batch("2", feedback=(words(2),))])
    assert sync([source], ledger, silent).sources[0].stored == Stored(new=2)
    assert ledger.cursor("desk") == "2"
    assert sync([source], ledger, silent).sources[0].stored == Stored()


def test_a_source_that_fails_keeps_what_came_before_and_leaves_the_others_their_turn() -> None:
    ledger = MemoryLedger()
    broken = Source("desk", [Batch("1", feedback=(words(1),))], DataError("the line breaks off"))
    other = Source("forum", [Batch("1", feedback=(words(2),))])
    report = sync([broken, other], ledger, silent)
    assert [error.what for error in report.errors] == ["the line breaks off"]
    assert len(ledger.feedback()) == 2


def test_after_the_sources_changes_are_linked_and_cited_words_attributed() -> None:
    ledger = MemoryLedger()
    cites = bet(problem="slow", why="They say so in desk:1.")
    source = Source(
        "all",
        [Batch("1", bets=(cites,), changes=(change("c", 5, "Work\n\nBet: faster-export"),), feedback=(words(1),))],
    )
    report = sync([source], ledger, silent)
    assert (report.links, report.attributed) == (Stored(new=1), 1)
    assert [row.problem for row in ledger.feedback()] == ["slow"]


def test_rows_that_could_not_be_used_are_reported() -> None:
    rejected = Rejected("desk.csv", 7, "created_at", "`soon` is not a time", "7,soon")
    report = sync([Source("desk", [Batch("1", rejected=(rejected,))])], MemoryLedger(), silent)
    assert report.rejected == (rejected,)


def test_progress_is_told_for_each_batch() -> None:
    told: list[tuple[str, int | None, int | None]] = []
    source = Source("desk", [Batch("1", done=5, total=9), Batch("2", done=9, total=9)])
    sync([source], MemoryLedger(), lambda *words: told.append(words))
    assert told == [("desk", None, None), ("desk", 5, 9), ("desk", 9, 9)]
