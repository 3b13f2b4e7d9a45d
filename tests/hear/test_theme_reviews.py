"""What customers said about a real redesign is found as a theme, by itself."""

import re
from datetime import UTC, datetime

import duckdb

from aftermerge.hear.near_copies import find_near_copies
from aftermerge.hear.themes import suggest
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Theme
from aftermerge.model.search import SearchQuery
from aftermerge.search.themes import TextThemer
from support.memory_ledger import MemoryLedger
from support.real_data import real_data

BEFORE = SearchQuery(since=datetime(2018, 1, 1, tzinfo=UTC), until=datetime(2018, 9, 1, tzinfo=UTC))
SEPTEMBER = SearchQuery(since=datetime(2018, 9, 1, tzinfo=UTC), until=datetime(2018, 10, 1, tzinfo=UTC))
REDESIGN = frozenset({"bottom", "navigation", "design", "redesign", "layout", "interface", "ui"})
"""It moved the bar to the bottom, and changed the look. Which of these leads a theme differs with the processor."""


def test_chrome_s_redesign_of_september_2018_is_a_theme_by_itself() -> None:
    ledger = _reviews()
    assert max(_shares(ledger, SEPTEMBER)) > 0.5
    assert not _shares(ledger, BEFORE)


def _shares(ledger: MemoryLedger, month: SearchQuery) -> list[float]:
    """Of the largest themes that speak of it: how many of the most typical reviews of each name it."""
    themes = suggest(ledger, TextThemer(), month)[:20]
    return [_share(ledger, theme) for theme in themes if REDESIGN & {*theme.words}]


def _share(ledger: MemoryLedger, theme: Theme) -> float:
    quotes = ledger.feedback_by_id(theme.members[:10])
    return sum(bool(REDESIGN & {*re.findall(r"\w+", row.text.lower())}) for row in quotes) / len(quotes)


def _reviews() -> MemoryLedger:
    path = real_data("reviews", "appstore_reviews_chrome_github_2017_2021.parquet")
    query = f"""SELECT date, title, content, rating FROM '{path}'
        WHERE app ILIKE '%chrome%' AND CAST(date AS VARCHAR) LIKE '2018-%' ORDER BY ALL"""  # noqa: S608
    rows = duckdb.execute(query).fetchall()
    said = tuple(
        Feedback("store", str(n), _moment(at), f"{title}. {content}", rating=float(rating))
        for n, (at, title, content, rating) in enumerate(rows)
    )
    ledger = MemoryLedger()
    ledger.store("store", Batch("1", feedback=said))
    ledger.mark_near_copies(find_near_copies(said, ()))
    return ledger


def _moment(at: object) -> datetime:
    found = datetime.fromisoformat(str(at))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
