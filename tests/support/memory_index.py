"""A search index in a dict: as `ports.SearchIndex` says, for tests of everything above it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from aftermerge.hear.matching import found_in
from aftermerge.hear.query import Asked, Clause, understood
from aftermerge.hear.words import terms_of
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.model.search import Hit, Hits, SearchQuery


@dataclass(frozen=True, slots=True)
class _Text:
    said: Feedback
    terms: tuple[str, ...]


class MemoryIndex:
    """Reads every text for every question."""

    def __init__(self) -> None:
        self._texts: dict[str, _Text] = {}
        self._revision = 0

    @property
    def revision(self) -> int:
        return self._revision

    def update(self, heard: Heard) -> None:
        if heard.revision < self._revision:
            return
        self._texts |= {row.id: _Text(row, tuple(terms_of(row.text))) for row in heard.rows}
        for gone in heard.gone:
            self._texts.pop(gone, None)
        self._revision = heard.revision

    def search(self, query: SearchQuery) -> Hits:
        asked = understood(query.words)
        typos = {clause: self._typos(clause) for clause in asked.wanted}
        answer = self._answer(query, asked, typos)
        if answer.total or answer.corrected:
            return answer
        loosely = (self._answer(query, asked, tried) for tried in self._looser(asked, typos))
        return next((found for found in loosely if found.total), answer)

    def _answer(self, query: SearchQuery, asked: Asked, typos: dict[Clause, range]) -> Hits:
        found = [text for text in self._texts.values() if _passes(text.said, query) and _answers(text, asked, typos)]
        ranked = sorted(found, key=lambda text: text.said.time, reverse=True)
        scores = {text.said.id: _score(text, asked, typos) for text in ranked}
        if query.order == "best":
            ranked.sort(key=lambda text: -scores[text.said.id])
        hits = tuple(Hit(text.said.id, scores[text.said.id]) for text in ranked[: query.limit])
        return Hits(hits, len(found), tuple(clause.typed for clause in asked.wanted if typos[clause]))

    def clear(self) -> None:
        self._texts.clear()
        self._revision = 0

    def _looser(self, asked: Asked, typos: dict[Clause, range]) -> Iterator[dict[Clause, range]]:
        counts = {clause: sum(_stands(text, clause, range(0)) for text in self._texts.values()) for clause in typos}
        blameless = any(_answers(text, asked, typos) for text in self._texts.values())
        if len(counts) > 1 and all(counts.values()) and not blameless:
            for clause in sorted(counts, key=lambda clause: counts[clause])[:2]:
                yield from (typos | {clause: range(most, most + 1)} for most in clause.distances)

    def _typos(self, clause: Clause) -> range:
        if any(_stands(text, clause, range(0)) for text in self._texts.values()):
            return range(0)
        tried = (range(most, most + 1) for most in clause.distances)
        return next((t for t in tried if any(_stands(text, clause, t) for text in self._texts.values())), range(0))


def _stands(text: _Text, clause: Clause, typos: range) -> bool:
    return any(True for _ in found_in(text.terms, clause, typos))


def _answers(text: _Text, asked: Asked, typos: dict[Clause, range]) -> bool:
    return all(_stands(text, clause, typos[clause]) for clause in asked.wanted) and not any(
        _stands(text, clause, range(0)) for clause in asked.unwanted
    )


def _score(text: _Text, asked: Asked, typos: dict[Clause, range]) -> float:
    """Words as they were typed count more, and more in a short text."""
    counts = Counter(text.terms)
    found = sum(len(list(found_in(text.terms, clause, typos[clause]))) for clause in asked.wanted)
    typed = sum(counts[clause.words[0]] for clause in asked.wanted)
    return (found + typed) / (10 + len(text.terms))


def _passes(said: Feedback, query: SearchQuery) -> bool:
    names = ("source", "account", "version", "problem")
    return (
        all(getattr(query, name) in (None, getattr(said, name)) for name in names)
        and (query.since is None or said.time >= query.since)
        and (query.until is None or said.time < query.until)
        and (query.least_rating is None or (said.rating is not None and said.rating >= query.least_rating))
        and (query.most_rating is None or (said.rating is not None and said.rating <= query.most_rating))
    )
