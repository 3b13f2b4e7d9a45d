"""A problem with enough confirmed examples attracts new feedback by itself, and says how sure it is.

Each text is held against the middle of each problem's examples. How sure an attraction is, is learnt from the confirmed
examples, each judged as if it were new (leave one out), and once more as if its problem were not known, when every
answer is wrong: a logistic curve over how alike the best problem is, and how much more than the next one. What is less
sure than `LEAST_CERTAINTY` is left for a person.
Assumption: new feedback is as hard to tell as the confirmed examples are. Blind spot: a problem that nobody has named
yet may be attracted by one that speaks alike.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.comparable import comparable
from aftermerge.hear.magnets import Magnets
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Attribution, Curation
from aftermerge.ports import Ledger, Themer

__all__ = ["LEAST_CERTAINTY", "LEAST_EXAMPLES", "attract"]

LEAST_EXAMPLES = 5
LEAST_CERTAINTY = 0.5


def attract(ledger: Ledger, themer: Themer) -> Curation:
    """What is attracted now, of the feedback that speaks of no problem or was attracted before.

    Nothing that a person, a bet or a source said is touched; the ledger keeps from attraction what a person took away.

    Raises:
        InputError: what turns texts into vectors is not installed.
    """
    said = {row.feedback: row.problem for row in ledger.attributions() if row.by != "attracted"}
    count = Counter(said.values())
    named = {name: problem for name, problem in said.items() if count[problem] >= LEAST_EXAMPLES}
    asked = (row for row in ledger.feedback() if row.id in named or row.id not in said)
    texts = {row: text for row in asked if (text := comparable(row)) is not None}
    rows = list(texts)
    if not named or len(rows) == len(named):
        return Curation("attract", "")
    vectors = themer.vectors(list(texts.values()))
    return Curation("attract", "", attributions=tuple(_attracted(rows, vectors, named)))


def _attracted(
    rows: Sequence[Feedback], vectors: NDArray[np.float32], named: Mapping[str, str]
) -> Iterator[Attribution]:
    problems = sorted(set(named.values()))
    number = {problem: place for place, problem in enumerate(problems)}
    of = np.array([number[named[row.id]] if row.id in named else -1 for row in rows])
    best, certainty = Magnets.of(vectors[of >= 0], of[of >= 0]).answers(vectors[of < 0])
    waiting = (row.id for row in rows if row.id not in named)
    for name, place, sure in zip(waiting, best.tolist(), certainty.tolist(), strict=True):
        if sure >= LEAST_CERTAINTY:
            yield Attribution(name, problems[place], "attracted", round(sure, 3))
