"""A problem with five confirmed examples attracts what speaks like them, and says how sure it is."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from aftermerge.hear.attract import LEAST_CERTAINTY, LEAST_EXAMPLES, attract
from aftermerge.hear.certainty import fitted
from aftermerge.hear.magnets import Magnets
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Attribution, Curation
from support.memory_ledger import MemoryLedger
from support.world import day

WORDS = ("export", "csv", "stops", "login", "phone", "refused", "chart", "colour")


class BagOfWords:
    """A dimension a word."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array([[word in text.split() for word in WORDS] for text in texts], dtype=np.float32)
        unit: NDArray[np.float32] = counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1)
        return unit

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        raise NotImplementedError


def said(name: str, text: str, **more: Any) -> Feedback:
    return Feedback("s", name, day(1), text, **more)


def ledger_of(*rows: Feedback) -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.store("s", Batch("1", feedback=rows))
    return ledger


EXPORTS = tuple(said(f"e{n}", "the export stops csv", problem="slow-export") for n in range(LEAST_EXAMPLES))
LOGINS = tuple(said(f"l{n}", "my login refused on phone", problem="login") for n in range(LEAST_EXAMPLES))
NEW = (said("n1", "export of csv stops"), said("n2", "phone login is refused"), said("n3", "nice chart and colour"))


def attracted(ledger: MemoryLedger) -> dict[str, str]:
    return {row.feedback: row.problem for row in attract(ledger, BagOfWords()).attributions}


def test_what_speaks_like_the_examples_is_attracted_and_the_rest_left_for_a_person() -> None:
    curation = attract(ledger_of(*EXPORTS, *LOGINS, *NEW), BagOfWords())
    assert curation.verb == "attract"
    assert {(row.feedback, row.problem, row.by) for row in curation.attributions} == {
        ("s:n1", "slow-export", "attracted"),
        ("s:n2", "login", "attracted"),
    }
    assert all(LEAST_CERTAINTY <= (row.certainty or 0) < 1 for row in curation.attributions)


def test_four_examples_are_too_few() -> None:
    assert attracted(ledger_of(*EXPORTS[1:], *LOGINS, *NEW)) == {"s:n2": "login"}
    assert attracted(ledger_of(*EXPORTS[1:], *NEW)) == {}


def test_what_was_attracted_is_no_example_and_is_judged_again() -> None:
    ledger = ledger_of(*EXPORTS[1:], *LOGINS, *NEW)
    ledger.curate(Curation("attract", "", attributions=(Attribution("s:n1", "slow-export", "attracted", 0.9),)))
    assert "s:n1" not in attracted(ledger)


def test_what_a_person_said_or_took_away_stays() -> None:
    ledger = ledger_of(*EXPORTS, *LOGINS, *NEW)
    ledger.curate(Curation("unlink", "s:n1", released=("s:n1",)))
    ledger.curate(Curation("link", "login", attributions=(Attribution("s:n2", "slow-export", "person"),)))
    assert ledger.curate(attract(ledger, BagOfWords())) == 0


def test_nothing_new_is_nothing_attracted() -> None:
    assert attract(ledger_of(*EXPORTS, *LOGINS), BagOfWords()).attributions == ()
    assert attract(MemoryLedger(), BagOfWords()).attributions == ()


def test_certainty_is_how_often_such_answers_were_right() -> None:
    rng = np.random.default_rng(1)
    facts = rng.normal(size=(4000, 2))
    right = (rng.random(4000) < 1 / (1 + np.exp(-(2 * facts[:, 0] + facts[:, 1] - 0.5)))).astype(float)
    certainty = fitted(facts, right, np.ones(4000)).certainty(facts)
    for low in (0.1, 0.4, 0.7):
        these = (certainty >= low) & (certainty < low + 0.2)
        assert right[these].mean() == pytest.approx(certainty[these].mean(), abs=0.06)


@given(st.integers(2, 6), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_certainty_is_between_0_and_1_whatever_the_examples(each: int, problems: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(each * problems, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    best, certainty = Magnets.of(vectors, np.repeat(np.arange(problems), each)).answers(vectors)
    assert ((certainty > 0) & (certainty < 1)).all()
    assert (best < problems).all()
