"""What do customers speak of that nobody has named yet?

Feedback that speaks of no problem is grouped by what it says; a group is a suggestion that a person may accept. Its
words are those that tell it from the rest: log-odds with an informative prior, in standard errors (Monroe, Colaresi and
Quinn 2008, eq. 22), counted once a text. A theme keeps its id from run to run as long as it keeps half of its feedback.
Blind spot: what few say is no theme yet.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.comparable import comparable
from aftermerge.hear.theme_ids import keep_ids
from aftermerge.hear.theme_words import telling_words
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Theme
from aftermerge.model.search import SearchQuery
from aftermerge.ports import Ledger, Themer

__all__ = ["suggest"]


def suggest(ledger: Ledger, themer: Themer, query: SearchQuery | None = None) -> Sequence[Theme]:
    """The largest first; the ledger remembers them. Of `query` the filters count, except by problem.

    Raises:
        InputError: what groups texts is not installed.
    """
    texts = {row: text for row in _unnamed(ledger, query or SearchQuery()) if (text := comparable(row)) is not None}
    rows = list(texts)
    found = _grouped(rows, list(texts.values()), themer) if rows else []
    themes = keep_ids(found, ledger.themes(), ledger.theme_ids())
    ledger.replace_themes(themes)
    return themes


def _unnamed(ledger: Ledger, query: SearchQuery) -> list[Feedback]:
    copies = ledger.near_copies()
    return [row for row in ledger.feedback() if row.problem is None and row.id not in copies and _is_asked(row, query)]


def _is_asked(row: Feedback, query: SearchQuery) -> bool:
    same = ((query.source, row.source), (query.account, row.account), (query.version, row.version))
    return (
        all(wanted is None or wanted == found for wanted, found in same)
        and _is_between(row.time, query.since, query.until)
        and _is_rated(row.rating, query)
    )


def _is_between(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or at >= since) and (until is None or at < until)


def _is_rated(rating: float | None, query: SearchQuery) -> bool:
    least, most = query.least_rating, query.most_rating
    if rating is None:
        return least is None and most is None
    return (least is None or rating >= least) and (most is None or rating <= most)


def _grouped(rows: Sequence[Feedback], texts: Sequence[str], themer: Themer) -> list[Theme]:
    """Without ids yet, the largest first."""
    vectors = themer.vectors(texts)
    groups = themer.groups(vectors)
    words = telling_words(texts, groups)
    themes = [
        Theme("", words[group], tuple(rows[place].id for place in _most_typical_first(vectors, groups == group)))
        for group in range(len(words))
    ]
    return sorted((theme for theme in themes if theme.words), key=lambda theme: (-theme.size, theme.members))


def _most_typical_first(vectors: NDArray[np.float32], belongs: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Places of those that belong, the nearest to their middle first; of equals the earlier."""
    places = np.flatnonzero(belongs)
    likeness = vectors[places] @ vectors[places].mean(axis=0)
    return places[np.argsort(-likeness.round(6), kind="stable")]
