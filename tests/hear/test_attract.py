"""What a problem draws to itself, and what it leaves for a person."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear import curate
from aftermerge.hear.attract import attract
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from support.memory_ledger import MemoryLedger
from support.world import day


class WordThemer:
    """A vector a text: whether each of a few words stands in it."""

    words = ("export", "tide", "invoice", "screen")

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        found = np.array([[float(word in text) + 0.01 for word in self.words] for text in texts], dtype=np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        raise AssertionError("attraction groups nothing")


def ledger(examples: int = 6) -> MemoryLedger:
    found = MemoryLedger()
    rows = [
        Feedback("s", f"{problem}{n}", day(n), f"number {n} the {word} is wrong", problem=problem)
        for problem, word in (("slow", "export"), ("hour", "tide"))
        for n in range(examples)
    ]
    new = [
        Feedback("s", "a", day(30), "my export does not end"),
        Feedback("s", "b", day(31), "the tide again an hour late"),
        Feedback("s", "c", day(32), "the invoice bears a wrong name"),
        Feedback("s", "d", day(33), "export"),
    ]
    found.store("s", Batch("1", feedback=(*rows, *new)))
    return found


def test_new_feedback_goes_to_the_problem_that_it_is_surely_like_and_the_rest_is_left() -> None:
    found = attract(ledger(), WordThemer())
    assert found is not None
    assert {row.feedback: row.problem for row in found.attributions} == {"s:a": "slow", "s:b": "hour"}
    assert {row.by for row in found.attributions} == {"attracted"}
    assert all(row.certainty is not None and row.certainty >= 0.8 for row in found.attributions)


def test_four_examples_draw_nothing() -> None:
    assert attract(ledger(4), WordThemer()) is None


def test_what_was_drawn_is_no_example_and_drawing_again_changes_nothing() -> None:
    known = ledger()
    drawn = attract(known, WordThemer())
    assert drawn is not None
    assert known.curate(drawn) == 2
    assert attract(known, WordThemer()) is None


def test_a_persons_no_is_remembered() -> None:
    known = ledger()
    drawn = attract(known, WordThemer())
    assert drawn is not None
    known.curate(drawn)
    known.curate(curate.unlink(["s:a"], known))
    again = attract(known, WordThemer())
    assert again is None or known.curate(again) == 0
    assert "s:a" not in {row.feedback for row in known.attributions()}
