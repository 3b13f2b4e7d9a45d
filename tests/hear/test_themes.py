"""Themes are suggestions out of what nobody has named yet; their ids stay."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.theme_ids import keep_ids
from aftermerge.hear.theme_words import telling_words
from aftermerge.hear.themes import suggest
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Theme
from aftermerge.model.search import SearchQuery
from support.memory_ledger import MemoryLedger
from support.world import day


class FirstWord:
    """Groups texts by their first word, where three begin with it."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen = list(texts)
        first = [text.split()[0] for text in texts]
        return np.array([[word == other for other in sorted(set(first))] for word in first], dtype=np.float32)

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        counts = vectors.sum(axis=0)
        number = np.where(counts >= 3, np.cumsum(counts >= 3) - 1, -1)
        return np.asarray(number[vectors.argmax(axis=1)], dtype=np.int64)


def said(name: str, text: str, at: int = 1, **more: Any) -> Feedback:
    return Feedback("s", name, day(at), text, **more)


def ledger_of(*rows: Feedback) -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.store("s", Batch("1", feedback=rows))
    return ledger


EXPORTS = tuple(said(f"e{n}", f"export stops at {n}0 percent", n) for n in range(1, 6))
LOGINS = tuple(said(f"l{n}", f"login is refused on phone {n}", n, rating=1.0) for n in range(1, 4))


def test_what_speaks_alike_is_a_theme_with_its_telling_words_the_largest_first() -> None:
    ledger = ledger_of(*LOGINS, *EXPORTS)
    themes = suggest(ledger, FirstWord())
    assert [(theme.id, theme.size) for theme in themes] == [("t1", 5), ("t2", 3)]
    assert "export" in themes[0].words
    assert "login" in themes[1].words
    assert ledger.themes() == list(themes)


def test_what_has_a_problem_says_little_or_says_it_again_is_left_out() -> None:
    rows = (
        *EXPORTS,
        said("x1", "export stops too", problem="slow"),
        said("x2", "export"),
        said("x3", "[email] export [phone] no"),
    )
    ledger, themer = ledger_of(*rows), FirstWord()
    ledger.mark_near_copies({"s:e5": "s:e4"})
    suggest(ledger, themer)
    assert len(themer.seen) == 4


def test_only_what_the_filters_leave_is_grouped() -> None:
    ledger, themer = ledger_of(*EXPORTS, *LOGINS), FirstWord()
    suggest(ledger, themer, SearchQuery(most_rating=2))
    assert len(themer.seen) == 3
    suggest(ledger, themer, SearchQuery(since=day(2), until=day(4) - timedelta(hours=1)))
    assert len(themer.seen) == 4
    assert suggest(ledger, themer, SearchQuery(source="elsewhere")) == ()


def test_nothing_heard_is_no_theme() -> None:
    assert suggest(MemoryLedger(), FirstWord()) == ()


def test_a_theme_keeps_its_id_while_it_keeps_half_of_its_feedback() -> None:
    old = [Theme("t4", ("export",), tuple("abcdef")), Theme("t2", ("login",), tuple("uvwx"))]
    new = [Theme("", ("login",), tuple("uvwxyz")), Theme("", ("csv",), tuple("abc")), Theme("", ("xml",), tuple("def"))]
    assert [theme.id for theme in keep_ids(new, old, [theme.id for theme in old])] == ["t2", "t4", "t5"]


def test_an_id_is_given_once_to_the_one_that_shares_most() -> None:
    old = [Theme("t1", (), tuple("abcdefgh"))]
    new = [Theme("", (), tuple("abc")), Theme("", (), tuple("defgh"))]
    assert [theme.id for theme in keep_ids(new, old, [theme.id for theme in old])] == ["t2", "t1"]


def test_an_id_that_was_borne_once_never_comes_to_mean_another_theme() -> None:
    ledger = MemoryLedger()
    ledger.replace_themes([Theme("t7", ("csv",), ("desk:1",))])
    ledger.replace_themes([])
    assert [theme.id for theme in keep_ids([Theme("", ("xml",), ("desk:2",))], (), ledger.theme_ids())] == ["t8"]


def test_words_that_everybody_writes_tell_nothing_and_forms_count_as_one() -> None:
    texts = ["the export crashes"] * 3 + ["the exports crash"] * 4 + ["the login fails"] * 7
    words = telling_words(texts, np.array([0] * 7 + [1] * 7))
    assert words[0] == ("crash", "exports")
    assert "the" not in words[0] + words[1]


def test_the_most_typical_comes_first() -> None:
    class ByCos(FirstWord):
        def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
            angle = np.array([0.0, 0.9, 0.5, 0.4, 0.45])
            return np.column_stack([np.cos(angle), np.sin(angle)]).astype(np.float32)

        def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
            return np.zeros(len(vectors), dtype=np.int64)

    (theme,) = suggest(ledger_of(*EXPORTS), ByCos())
    assert theme.members[0] == "s:e5"
    assert theme.members[-1] in {"s:e1", "s:e2"}
