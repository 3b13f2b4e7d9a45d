"""Which feedback says what earlier feedback said already?

Texts are compared as sets of three words in a row (shingles; Broder 1997). MinHash signatures in bands find
candidates, and each is then held against the text itself: eight of ten shingles in common make a near-copy. Four or
five words are a copy only when they are the same; fewer never are, since many customers say “Great app” by themselves.
Blind spot: the same complaint in other words, which is what themes are for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aftermerge.hear.words import terms_of
from aftermerge.model.feedback import Feedback

__all__ = ["find_near_copies"]

ALIKE = 0.8
LEAST_WORDS, LEAST_ALIKE_WORDS = 4, 6
_SHINGLE_WORDS = 3
_MOST_WORDS = 2_000
_PERMUTATIONS, _BANDS = 64, 16

Shingles = frozenset[tuple[str, ...]]


def find_near_copies(new: Sequence[Feedback], earlier: Iterable[Feedback]) -> Mapping[str, str]:
    """By the id of each of `new` that is a near-copy, the id of the first that said it, among both."""
    from rensa import RMinHash, RMinHashLSH

    bands = RMinHashLSH(ALIKE, _PERMUTATIONS, _BANDS)
    ids: list[str] = []
    known: list[Shingles] = []
    wanted = {row.id for row in new}
    copies: dict[str, str] = {}
    for row, shingles in _readable(new, earlier):
        signature = RMinHash(num_perm=_PERMUTATIONS, seed=1)
        signature.update([" ".join(shingle) for shingle in shingles])
        alike = (place for place in sorted(bands.query(signature)) if _are_alike(shingles, known[place]))
        first = next(alike, None) if row.id in wanted else None
        if first is not None:
            copies[row.id] = ids[first]
            continue
        bands.insert(len(ids), signature)
        ids.append(row.id)
        known.append(shingles)
    return copies


def _readable(new: Sequence[Feedback], earlier: Iterable[Feedback]) -> Iterator[tuple[Feedback, Shingles]]:
    """Oldest first, each once, without those that say too little."""
    rows = {row.id: row for row in (*earlier, *new)}
    for row in sorted(rows.values(), key=lambda row: (row.time, row.id)):
        words = terms_of(row.text)[:_MOST_WORDS]
        if len(words) >= LEAST_WORDS:
            yield row, _shingles(words)


def _shingles(words: Sequence[str]) -> Shingles:
    """Few words are one shingle, so that they are alike only when they are the same."""
    if len(words) < LEAST_ALIKE_WORDS:
        return frozenset([tuple(words)])
    return frozenset(zip(*(words[place:] for place in range(_SHINGLE_WORDS)), strict=False))


def _are_alike(one: Shingles, other: Shingles) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
