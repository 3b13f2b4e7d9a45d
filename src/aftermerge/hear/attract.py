"""A problem with enough confirmed examples draws new feedback to itself, and says how sure it is."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from aftermerge.hear.likeness import guess
from aftermerge.hear.words import terms_of
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Attribution, Curation
from aftermerge.ports import Ledger, Themer

__all__ = ["attract"]

LEAST_EXAMPLES, MOST_EXAMPLES = 5, 200
LEAST_WORDS = 3
MOST_CANDIDATES = 20_000
SURE = 0.8
"""Below this a person is left to say."""


def attract(ledger: Ledger, themer: Themer) -> Curation | None:
    """Attributions of unnamed feedback to the problems that it is surely like; None where there are none.

    Raises:
        OutsideError: what compares texts is not installed.
    """
    examples = _examples(ledger)
    candidates = _unnamed(ledger)[-MOST_CANDIDATES:] if examples else []
    if not candidates:
        return None
    names = sorted(examples)
    shown = [row for name in names for row in examples[name]]
    labels = np.array([place for place, name in enumerate(names) for _ in examples[name]], dtype=np.int64)
    vectors = themer.vectors([row.text for row in (*shown, *candidates)])
    found = guess(vectors[: len(shown)], labels, vectors[len(shown) :])
    drawn = [
        Attribution(row.id, names[group], "attracted", round(float(certainty), 3))
        for row, group, certainty in zip(candidates, found.group, found.certainty, strict=True)
        if certainty >= SURE
    ]
    return (
        Curation("attract", ", ".join(sorted({row.problem for row in drawn})), attributions=tuple(drawn))
        if drawn
        else None
    )


def _examples(ledger: Ledger) -> dict[str, Sequence[Feedback]]:
    """By problem, the newest of what a person, a bet or a source said speaks of it; only where that is enough."""
    said: dict[str, list[Feedback]] = defaultdict(list)
    sure = {row.feedback for row in ledger.attributions() if row.by != "attracted"}
    for row in ledger.feedback():
        if row.problem and row.text and row.id in sure:
            said[row.problem].append(row)
    return {problem: rows[-MOST_EXAMPLES:] for problem, rows in said.items() if len(rows) >= LEAST_EXAMPLES}


def _unnamed(ledger: Ledger) -> list[Feedback]:
    return [row for row in ledger.feedback() if row.problem is None and len(terms_of(row.text[:2_000])) >= LEAST_WORDS]
