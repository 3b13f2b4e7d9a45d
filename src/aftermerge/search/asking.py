"""A question as tantivy understands it.

Words that stand in very many texts say little about which is the best: of the wanted, they are only looked for, and
the others rank. A word is looked for with those of its forms that anybody wrote.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

from tantivy import FieldType, Occur, Query, Searcher

from aftermerge.hear.query import Asked, Clause, understood
from aftermerge.hear.stems import forms_of, stem
from aftermerge.model.search import SearchQuery
from aftermerge.search.form import NAMES, SCHEMA, kept, microseconds

__all__ = ["Question", "asked", "asked_loosely"]

_COMMON = 40_000  # texts: a word in more of them takes longer to weigh than it tells
_MOST_FORMS = 12
_SCANNED = 4  # letters that few enough words begin with
_HARDLY = 200  # a form so many times rarer than a common word is left out
_MOST_BEGUN = 24  # words with one beginning: so many are weighed, the others only found
_MOST_DOUBTED = 2  # words that are tried with typos though somebody wrote them
_SURELY = 500  # texts: not all of so many are gone while the dictionary still counts them
_OTHER_FORM = 0.8  # of what a word counts as it was typed
_ENDLESS = 2**62


@dataclass(frozen=True, slots=True)
class Question:
    """`corrected` as in `Hits`; `is_ranked`: whether one answer can be better than another."""

    query: Query
    corrected: tuple[str, ...]
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A clause: what finds it, in how many texts at most, and whether it weighs them."""

    query: Query
    texts: int
    is_ranking: bool = True
    is_mistyped: bool = False


def asked(query: SearchQuery, searcher: Searcher) -> Question:
    """
    Raises:
        InputError: the words can't be understood.
    """
    asker = _Asker(searcher)
    words = understood(query.words)
    return _question(words, {clause: asker.wanted(clause) for clause in words.wanted}, query, asker)


def asked_loosely(query: SearchQuery, searcher: Searcher) -> Iterator[Question]:
    """When all words stand somewhere but nowhere together: with typos in one of them, the rarest first.

    Others may have mistyped it the same way. Where it is the filters that leave nothing, the words are not to blame.
    """
    asker = _Asker(searcher)
    words = understood(query.words)
    parts = {clause: asker.wanted(clause) for clause in words.wanted}
    is_clear = all(part.texts and not part.is_mistyped for part in parts.values())
    if len(parts) < 2 or not is_clear or asker.stands(_question(words, parts, SearchQuery(), asker).query):
        return
    for clause in sorted(parts, key=lambda clause: parts[clause].texts)[:_MOST_DOUBTED]:
        for distance in clause.distances:
            yield _question(words, parts | {clause: _mistyped(clause, distance)}, query, asker)


def _question(words: Asked, found: Mapping[Clause, _Part], query: SearchQuery, asker: "_Asker") -> Question:
    corrected = tuple(dict.fromkeys(clause.typed for clause, part in found.items() if part.is_mistyped))
    parts = _lightened(list(found.values()))
    must = [(Occur.Must, part.query) for part in parts]
    must += [(Occur.Must, _unweighed(part)) for part in _filters(query)]
    must_not = [(Occur.MustNot, asker.exactly(clause).query) for clause in words.unwanted]
    if len(must) == 1 and not must_not:
        whole = must[0][1]  # by itself it is quicker
    else:
        whole = Query.boolean_query([*(must or [(Occur.Must, Query.all_query())]), *must_not])
    return Question(whole, corrected, any(part.is_ranking for part in parts))


def _lightened(parts: list[_Part]) -> list[_Part]:
    """The common ones only found; where all are common, the least common ranks."""
    ranking = [part for part in parts if part.is_ranking]
    rare = [part for part in ranking if part.texts < _COMMON] or sorted(ranking, key=lambda p: p.texts)[:1]
    kept_ = [part for part in parts if part in rare]
    return kept_ + [_Part(_unweighed(p.query), p.texts, is_ranking=False) for p in parts if p not in rare]


def _mistyped(clause: Clause, distance: int) -> _Part:
    query = Query.fuzzy_term_query(SCHEMA, "text", clause.words[0], distance)
    return _Part(query, 0, is_ranking=False, is_mistyped=True)


def _unweighed(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


@dataclass(frozen=True, slots=True)
class _Asker:
    searcher: Searcher

    def wanted(self, clause: Clause) -> _Part:
        """As it was typed, or with the fewest typos with which it stands anywhere."""
        exact = self.exactly(clause)
        if exact.texts >= _SURELY or (exact.texts and self.stands(exact.query)):
            return exact
        tried = (_mistyped(clause, distance) for distance in clause.distances)
        return next((part for part in tried if self.stands(part.query)), replace(exact, texts=0))

    def exactly(self, clause: Clause) -> _Part:
        if len(clause.words) > 1:
            return _Part(Query.phrase_query(SCHEMA, "text", list(clause.words)), self._rarest(clause.words))
        if clause.is_prefix:
            return self._begun(clause.words[0])
        if clause.is_quoted:
            return self._any_of({clause.words[0]: self._texts(clause.words[0])}, clause.words[0])
        return self._bent(clause.words[0])

    def _bent(self, word: str) -> _Part:
        """In any of its forms; those of a common word that hardly anybody wrote would only take time."""
        counts = self._counts(word)
        least = counts[word] // _HARDLY if counts[word] >= _COMMON else 1
        told = (form for form in counts if counts[form] >= least)
        most = sorted(told, key=lambda form: (-counts[form], form))[:_MOST_FORMS]
        return self._any_of({form: counts[form] for form in {word, *most}}, word)

    def _counts(self, word: str) -> dict[str, int]:
        """In how many texts each form stands; what has a long stem is looked up by it at once."""
        forms, beginning = forms_of(word), stem(word).removesuffix("y")
        if len(beginning) < _SCANNED:
            return {form: self._texts(form) for form in forms}
        found = dict(self.searcher.terms_with_prefix("text", beginning))
        return {form: found.get(form, 0) for form in forms}

    def _begun(self, beginning: str) -> _Part:
        found = self.searcher.terms_with_prefix("text", beginning, limit=_MOST_BEGUN + 1)
        if len(found) <= _MOST_BEGUN:
            return self._any_of(dict(found), beginning) if found else _Part(self._term(beginning), 0)
        query = Query.regex_query(SCHEMA, "text", f"{beginning}.*")
        return _Part(query, sum(texts for _, texts in found), is_ranking=False)

    def _any_of(self, counts: dict[str, int], typed: str) -> _Part:
        """All weigh alike, however rare a form is; as it was typed, a little more."""
        texts = sum(counts.values())
        if len(counts) == 1:
            return _Part(self._term(next(iter(counts))), texts)
        weights = {form: self._rarity(texts) / self._rarity(counts[form]) for form in sorted(counts)}
        forms = [
            (Occur.Should, Query.boost_query(self._term(form), weight * (1 if form == typed else _OTHER_FORM)))
            for form, weight in weights.items()
        ]
        return _Part(Query.boolean_query(forms), texts)

    def _term(self, term: str) -> Query:
        return Query.term_query(SCHEMA, "text", term, "freq")

    def _rarity(self, texts: int) -> float:
        """The inverse document frequency of BM25, as tantivy counts it."""
        without = max(self.searcher.num_docs - texts, 0)
        return log(1 + (without + 0.5) / (texts + 0.5))

    def _texts(self, term: str) -> int:
        return self.searcher.doc_freq("text", term)

    def _rarest(self, words: Iterable[str]) -> int:
        return min(self._texts(word) for word in words)

    def stands(self, query: Query) -> bool:
        """Whether it does in a text that is still there; the dictionary remembers words of those that are gone."""
        return bool(self.searcher.search(_unweighed(query), 1, count=False).hits)


def _filters(query: SearchQuery) -> Iterator[Query]:
    for name in NAMES:
        value = getattr(query, name)
        if value is not None:
            yield Query.term_query(SCHEMA, name, kept(value), "basic")
    if query.since is not None or query.until is not None:
        since = microseconds(query.since) if query.since is not None else -_ENDLESS
        until = microseconds(query.until) if query.until is not None else _ENDLESS
        yield Query.range_query(SCHEMA, "time", FieldType.Integer, since, until, include_upper=False)
    if query.least_rating is not None or query.most_rating is not None:
        least = float("-inf") if query.least_rating is None else float(query.least_rating)
        most = float("inf") if query.most_rating is None else float(query.most_rating)
        yield Query.range_query(SCHEMA, "rating", FieldType.Float, least, most)
