"""On real reviews the index finds what reading every one of them finds."""

from datetime import UTC
from pathlib import Path

import duckdb
import pytest

from aftermerge.model.feedback import Feedback, Heard
from aftermerge.model.search import SearchQuery
from aftermerge.search.index import TantivyIndex
from support.memory_index import MemoryIndex
from support.real_data import real_data

MOST = 4000


@pytest.fixture(scope="module")
def reviews() -> Heard:
    path = real_data("reviews", "googleplay_fintech_5apps_versions_replies.parquet")
    query = 'SELECT reviewId, "at", content, score, reviewCreatedVersion FROM read_parquet(?) ORDER BY reviewId LIMIT ?'
    rows = duckdb.execute(query, [str(path), MOST]).fetchall()
    heard = (Feedback("play", i, at.replace(tzinfo=UTC), text or "", rating=r, version=v) for i, at, text, r, v in rows)
    return Heard(1, tuple(heard))


@pytest.fixture(scope="module")
def indexes(reviews: Heard, tmp_path_factory: pytest.TempPathFactory) -> tuple[TantivyIndex, MemoryIndex]:
    folder: Path = tmp_path_factory.mktemp("search")
    found = TantivyIndex(folder), MemoryIndex()
    for index in found:
        index.update(reviews)
    return found


@pytest.mark.parametrize(
    "words",
    ["crash", "card not working", '"customer service"', "refund*", "card -debit", "verfication", "subscripton", "❤",
     "a*", "दोस्त", "don't", "app the to", "blocked accout", '"not working" -card', "log-in"],
)  # fmt: skip
def test_both_find_as_much_and_the_same_are_the_newest(indexes: tuple[TantivyIndex, MemoryIndex], words: str) -> None:
    real, plain = (index.search(SearchQuery(words, order="newest", limit=10)) for index in indexes)
    assert (real.total, real.corrected) == (plain.total, plain.corrected)
    assert [hit.feedback for hit in real.hits] == [hit.feedback for hit in plain.hits]
    low = [index.search(SearchQuery(words, most_rating=2)).total for index in indexes]
    assert low[0] == low[1]
