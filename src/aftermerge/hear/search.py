"""Find what customers said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from aftermerge.errors import OutsideError
from aftermerge.hear.copies import family_sizes, first_of
from aftermerge.hear.matching import marks
from aftermerge.hear.query import understood
from aftermerge.hear.refresh import refresh
from aftermerge.hear.releases import by_version, release_among
from aftermerge.model.feedback import Feedback
from aftermerge.model.found import Found, FoundFeedback, Tried
from aftermerge.model.search import Hit, Hits, SearchQuery
from aftermerge.ports import Ledger, SearchIndex

__all__ = ["search"]

_WIDER = 4  # times as many are asked for as are shown, where some may be near copies


def search(query: SearchQuery, ledger: Ledger, index: SearchIndex) -> Found:
    """The index is brought up to date first. Near copies of what is shown are counted, not shown.

    Raises:
        InputError: the words can't be understood; it says where.
        OutsideError: there is no index, and none can be written.
    """
    behind = _brought_up_to_date(ledger, index)
    copies = ledger.near_copies()
    answer = _asked(replace(query, limit=query.limit * _WIDER) if copies else query, ledger, index)
    return Found(
        words=query.words,
        found=_found(answer, query, ledger, copies),
        total=answer.total,
        corrected=answer.corrected,
        tried=() if answer.total else tuple(_tried(query, index)),
        behind=behind,
    )


def _brought_up_to_date(ledger: Ledger, index: SearchIndex) -> str | None:
    """Why it could not be; an index that is there is searched all the same."""
    try:
        refresh(ledger, index)
    except OutsideError as error:
        if not index.revision:
            raise
        return error.what
    return None


def _asked(query: SearchQuery, ledger: Ledger, index: SearchIndex) -> Hits:
    try:
        return index.search(query)
    except OutsideError:  # it was damaged, and was dropped for that
        refresh(ledger, index)
        return index.search(query)


def _found(answer: Hits, query: SearchQuery, ledger: Ledger, copies: Mapping[str, str]) -> tuple[FoundFeedback, ...]:
    shown = _without_copies(answer.hits, copies)[: query.limit]
    known = {row.id: row for row in ledger.feedback_by_id([hit.feedback for hit in shown])}
    sizes = family_sizes({first_of(id_, copies) for id_ in known}, copies)
    releases = by_version(ledger.releases())
    asked = understood(query.words)

    def told(hit: Hit, row: Feedback) -> FoundFeedback:
        found = marks(row.text, asked, answer.corrected)
        return FoundFeedback(row, hit.score, found, release_among(row, releases), sizes[first_of(row.id, copies)] - 1)

    return tuple(told(hit, known[hit.feedback]) for hit in shown if hit.feedback in known)


def _without_copies(hits: Sequence[Hit], copies: Mapping[str, str]) -> list[Hit]:
    """The best of each family."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(first_of(hit.feedback, copies), hit)
    return list(best.values())


def _tried(query: SearchQuery, index: SearchIndex) -> Iterator[Tried]:
    """The same words without the filters, and each of several words alone; nothing asked is everything."""
    bare = SearchQuery(query.words, limit=1)
    if query.words.strip() and bare != replace(query, limit=1, order="best"):
        yield Tried(query.words, index.search(bare).total)
    wanted = understood(query.words).wanted
    for clause in wanted if len(wanted) > 1 else ():
        typed = f'"{clause.typed}"' if clause.is_quoted and len(clause.words) > 1 else clause.typed
        yield Tried(typed, index.search(replace(query, words=typed, limit=1)).total)
    yield Tried("", index.search(SearchQuery(limit=1)).total)
