"""Ranked search over a million short texts: how long, how large, beside SQLite's FTS5 on the same texts.

    python -m benchmarks.search [TEXTS]

The texts are made by a walk over the words of real reviews and support questions, in which each word is followed by
one that really followed it; where there are no real data, over a made-up vocabulary of Zipf's shape. Words to look for
are drawn from the texts as they stand, so that common ones are asked for as often as they are written. Times are
wall-clock; the CPU's own time stands beside them, which other programs on the machine disturb less.
"""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.words import terms_of
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.model.search import SearchQuery
from aftermerge.search.index import TantivyIndex
from benchmarks.rates import markdown
from benchmarks.real_data import folder

TEXTS = 1_000_000
CHUNK = 100_000
QUERIES = 300
FTS_QUERIES = 60  # of these, since it takes so much longer
LONGEST = 40  # words
START = datetime(2020, 1, 1, tzinfo=UTC)
_REAL = (
    ("reviews/appstore_reviews_chrome_github_2017_2021.parquet", "content"),
    ("reviews/googleplay_fintech_5apps_versions_replies.parquet", "content"),
    ("support/banking77_train.csv.gz", "text"),
)


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each query."""

    wall: NDArray[np.float64]
    cpu: NDArray[np.float64]

    def cells(self) -> tuple[str, ...]:
        return (*(f"{np.percentile(self.wall, q):.1f}" for q in (50, 95, 100)), f"{np.percentile(self.cpu, 95):.1f}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TEXTS
    rng = np.random.default_rng(7)
    with TemporaryDirectory() as place:
        index, fts = TantivyIndex(Path(place, "index")), sqlite3.connect(Path(place, "fts.db"))
        fts.execute("CREATE VIRTUAL TABLE said USING fts5(text, content='', tokenize='unicode61 remove_diacritics 2')")
        sample, ours, theirs = _build(index, fts, count, rng)
        print(_sizes(Path(place), count, ours, theirs), end="\n\n", flush=True)
        rows = [_row(name, queries, index, fts) for name, queries in _questions(sample, rng)]
        print(markdown(_HEAD, rows))


# Texts


def _build(
    index: TantivyIndex, fts: sqlite3.Connection, count: int, rng: np.random.Generator
) -> tuple[list[str], float, float]:
    """Both filled alike, in chunks; every so many of the texts, and the seconds that each took."""
    sample: list[str] = []
    ours = theirs = 0.0
    walk = _Walk(_real_texts() or _made_texts(rng), rng)
    for start in range(0, count, CHUNK):
        texts = list(walk.texts(min(CHUNK, count - start)))
        sample += texts[:: max(1, CHUNK // 2000)]
        rows = tuple(_feedback(start + i, text, rng) for i, text in enumerate(texts))
        ours += _seconds(lambda rows=rows, start=start: index.update(Heard(start // CHUNK + 1, rows)))  # type: ignore[misc]
        numbered = [(start + i + 1, text) for i, text in enumerate(texts)]
        theirs += _seconds(lambda numbered=numbered: _insert(fts, numbered))  # type: ignore[misc]
    theirs += _seconds(lambda: fts.execute("INSERT INTO said (said) VALUES ('optimize')"))
    fts.commit()
    return sample, ours, theirs


def _insert(fts: sqlite3.Connection, numbered: Sequence[tuple[int, str]]) -> None:
    with fts:
        fts.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", numbered)


def _feedback(number: int, text: str, rng: np.random.Generator) -> Feedback:
    account, version, problem, rating = rng.integers((20_000, 60, 300, 5))
    return Feedback(
        source=("desk", "chat", "reviews")[number % 3],
        external_id=str(8_000_000 + 7 * number),
        time=START + timedelta(seconds=150 * number),
        text=text,
        rating=float(rating + 1),
        account=f"acc-{account}",
        version=f"3.{version}.0",
        problem=f"problem-{problem}" if problem < 100 else None,
    )


class _Walk:
    """From word to a word that really followed it."""

    def __init__(self, texts: Sequence[str], rng: np.random.Generator) -> None:
        split = [words for text in texts if (words := text.split())]
        self._names = sorted({word for words in split for word in words})
        number = {name: i for i, name in enumerate(self._names)}
        self._flat = np.array([number[word] for words in split for word in words])
        self._order = np.argsort(self._flat, kind="stable")
        self._counts = np.bincount(self._flat)
        self._starts = np.cumsum(self._counts) - self._counts
        self._lengths = np.array([min(len(words), LONGEST) for words in split])
        self._rng = rng

    def texts(self, count: int) -> Iterator[str]:
        lengths = self._rng.choice(self._lengths, count)
        at = self._rng.integers(0, len(self._flat), count)
        words = np.empty((count, LONGEST), dtype=np.int64)
        for column in range(LONGEST):
            words[:, column] = here = self._flat[at]
            jump = (self._rng.random(count) * self._counts[here]).astype(np.int64)
            at = (self._order[self._starts[here] + jump] + 1) % len(self._flat)
        return (" ".join(self._names[i] for i in row[:length]) for row, length in zip(words, lengths, strict=True))


def _real_texts() -> list[str]:
    where = folder()
    if where is None:
        return []
    queries = (f"SELECT {column} FROM '{where / name}' WHERE {column} IS NOT NULL" for name, column in _REAL)  # noqa: S608
    return [str(row[0]) for query in queries for row in duckdb.execute(query).fetchall()]


def _made_texts(rng: np.random.Generator) -> list[str]:
    letters = np.array(list("etaoinshrdlucmfwypvbgk"))
    names = ["".join(rng.choice(letters, size)) for size in rng.integers(2, 11, 40_000)]
    ranks = np.minimum(rng.zipf(1.15, 800_000) - 1, len(names) - 1)
    cuts = np.cumsum(rng.integers(4, 30, 60_000))
    return [" ".join(names[i] for i in part) for part in np.split(ranks, cuts[cuts < len(ranks)]) if len(part)]


# Questions

_HEAD = ("query", "p50 ms", "p95 ms", "max ms", "p95 CPU ms", "FTS5 p50 ms", "p95 ms", "max ms", "p95 CPU ms")


def _questions(sample: Sequence[str], rng: np.random.Generator) -> Iterator[tuple[str, list[SearchQuery]]]:
    long = [words for text in sample if len(words := terms_of(text)) >= 6]
    picked = [long[i] for i in rng.integers(0, len(long), QUERIES)]
    at = [int(rng.integers(0, len(words) - 3)) for words in picked]

    def some(count: int) -> list[str]:
        return [" ".join(rng.choice(words, count, replace=False)) for words in picked]

    telling = [max(words, key=len) for words in picked]
    filters = {"source": "desk", "least_rating": 1.0, "most_rating": 2.0, "since": START + timedelta(days=900)}
    asked = {
        "1 word": some(1),
        "2 words": some(2),
        "3 words": some(3),
        "phrase of 2 or 3": [f'"{" ".join(w[i : i + 2 + i % 2])}"' for w, i in zip(picked, at, strict=True)],
        "beginning, 3 letters": [f"{word[:3]}*" for word in telling],
        "2 words, one mistyped": [f"{_mistyped(t, rng)} {w[i]}" for t, w, i in zip(telling, picked, at, strict=True)],
    }
    yield from ((name, [SearchQuery(words) for words in queries]) for name, queries in asked.items())
    yield "2 words, filtered", [replace(SearchQuery(words), **filters) for words in asked["2 words"]]  # type: ignore[arg-type]
    yield "2 words, newest first", [SearchQuery(words, order="newest") for words in asked["2 words"]]


def _mistyped(word: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(0, len(word) - 1))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _row(name: str, queries: Sequence[SearchQuery], index: TantivyIndex, fts: sqlite3.Connection) -> tuple[str, ...]:
    ours = _timed(queries, index.search)
    print(name, *ours.cells(), file=sys.stderr, flush=True)
    if not name.endswith(("words", "word", "phrase of 2 or 3", "letters")):
        return (name, *ours.cells(), "–", "–", "–", "–")
    return (name, *ours.cells(), *_timed(queries[:FTS_QUERIES], lambda query: _ask_fts(fts, query)).cells())


def _ask_fts(fts: sqlite3.Connection, query: SearchQuery) -> list[tuple[int, float]]:
    words = query.words if '"' in query.words else " ".join(_as_fts(word) for word in query.words.split())
    return fts.execute("SELECT rowid, rank FROM said WHERE said MATCH ? ORDER BY rank LIMIT 20", (words,)).fetchall()


def _as_fts(word: str) -> str:
    bare = word.rstrip("*")
    return f'"{bare}"' + "*" * (len(word) - len(bare))


def _timed(queries: Sequence[SearchQuery], ask: Callable[[SearchQuery], object]) -> Timed:
    ask(queries[0])
    wall, cpu = [], []
    for query in queries:
        began, busy = time.perf_counter(), time.thread_time()
        ask(query)
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.thread_time() - busy))
    return Timed(np.array(wall), np.array(cpu))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _sizes(place: Path, count: int, ours: float, theirs: float) -> str:
    size = sum(path.stat().st_size for path in (place / "index").rglob("*") if path.is_file())
    fts = sum(path.stat().st_size for path in place.glob("fts.db*"))
    rows: list[tuple[str, ...]] = [
        ("aftermerge", f"{count:,}", f"{ours:.0f}", f"{size / 1e6:.1f}"),
        ("SQLite FTS5, words alone", f"{count:,}", f"{theirs:.0f}", f"{fts / 1e6:.1f}"),
    ]
    return markdown(("index", "texts", "built in s", "MB"), rows)


if __name__ == "__main__":
    main()
