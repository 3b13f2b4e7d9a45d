"""What every search index does: the one in a folder, and the one that tests use."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.errors import InputError
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.model.search import SearchQuery
from aftermerge.ports import SearchIndex
from aftermerge.search.index import TantivyIndex
from support.memory_index import MemoryIndex

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
Filled = Callable[..., SearchIndex]


@pytest.fixture(params=["memory", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    return MemoryIndex() if request.param == "memory" else TantivyIndex(tmp_path / "search", patience=0)


def said(name: str, text: str, day: int = 0, **more: Any) -> Feedback:
    return Feedback("desk", name, START + timedelta(days=day), text, **more)


def filled(index: SearchIndex, *texts: str, **by_name: str) -> SearchIndex:
    named = {f"{number}": text for number, text in enumerate(texts)} | by_name
    index.update(Heard(1, tuple(said(name, text, day) for day, (name, text) in enumerate(named.items()))))
    return index


def found(index: SearchIndex, words: str = "", **more: Any) -> list[str]:
    return [hit.feedback.removeprefix("desk:") for hit in index.search(SearchQuery(words, **more)).hits]


def is_found(index: SearchIndex, words: str, text: str) -> bool:
    index.update(Heard(index.revision + 1, (said("x", text), said("y", "something else altogether"))))
    return "x" in found(index, words)


# Words


def test_all_words_must_stand_in_a_text_and_their_order_says_nothing(index: SearchIndex) -> None:
    filled(index, a="The export fails", b="fails to export invoices", c="the export works")
    assert set(found(index, "export fails")) == {"a", "b"}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("EXPORT", "the export fails"),
        ("crash", "it crashed again"),
        ("crashing", "It crashes!"),
        ("cancelled", "I want to cancel"),
        ("retry", "after three retries"),
        ("zahlung", "Meine Zahlungen fehlen"),
        ("pago", "los pagos no llegan"),
        ("resume", "mon Résumé"),
        ("strasse", "Straße"),
        ("lodz", "Łódź"),
        ("dont", "I don’t know"),
        ("don't", "I dont know"),
        ("l'application", "l’application plante"),
        ("log-in", "the log in page"),
        ("3.5.1", "since version 3.5.1 it stops"),
        ("fine", "ﬁne"),
        ("wide", "ｗｉｄｅ letters"),
        ("支付", "无法支付失败了"),
        ("失", "支付失败了"),
        ("アプリ", "このアプリは落ちます"),
        ("앱", "이 앱이 멈춰요"),
        ("ช้า", "แอปช้ามาก"),
        ("مرحبا", "مَرْحَبًا بالعالم"),
        ("שלום", "שָׁלוֹם לכולם"),
        ("हिन्दी", "हिन्दी में लिखो"),
        ("😡", "it hangs😡😡"),
        ("👍🏽", "👍 great"),
    ],
)
def test_words_are_found_whatever_their_case_accents_endings_or_script(
    index: SearchIndex, words: str, text: str
) -> None:
    assert is_found(index, words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("export", "exploit"),
        ("支失", "支付失败了"),
        ("cat", "cut"),
        ('"crash"', "crashed"),
        ('"fails export"', "export fails"),
        ('"times out"', "times run out"),
        ("id", "identity"),
        ("3.5.1", "5.1 and 3"),
    ],
)
def test_what_is_something_else_is_not_found(index: SearchIndex, words: str, text: str) -> None:
    index.update(Heard(1, (said("x", text), said("z", "cat export"))))
    assert "x" not in found(index, words)


def test_a_word_as_it_was_typed_comes_before_its_other_forms(index: SearchIndex) -> None:
    filled(index, a="crashes all day", b="crash all day", c="crashed all day", d="nothing of the kind")
    assert found(index, "crash")[0] == "b"
    assert found(index, "crashed")[0] == "c"


def test_a_form_that_is_rare_does_not_come_before_the_word_that_was_typed(index: SearchIndex) -> None:
    filled(index, *["crash all day"] * 40, rare="crashes all day")
    assert found(index, "crash", limit=100)[-1] == "rare"


def test_what_speaks_of_it_shortly_comes_first(index: SearchIndex) -> None:
    filled(index, a="the export fails " + "and then there is much else to tell " * 5, b="export fails")
    assert found(index, "export") == ["b", "a"]


def test_a_phrase_stands_exactly_so(index: SearchIndex) -> None:
    filled(index, a="the export times out", b="times when I was out", c="Times. Out!")
    assert set(found(index, '"times out"')) == {"a", "c"}


def test_a_star_finds_what_begins_so(index: SearchIndex) -> None:
    filled(index, a="exports", b="exporting", c="expired", d="the box")
    assert set(found(index, "expo*")) == {"a", "b"}
    assert set(found(index, "ex*")) == {"a", "b", "c"}


def test_a_beginning_of_very_many_words_finds_them_all(index: SearchIndex) -> None:
    filled(index, *(f"a{number:03}" for number in range(300)))
    assert index.search(SearchQuery("a*")).total == 300


def test_what_is_unwanted_is_left_out(index: SearchIndex) -> None:
    filled(index, a="export crashes", b="export times out", c="export at login")
    assert found(index, "export -crash -login") == ["b"]
    assert set(found(index, 'export -"times out"')) == {"a", "c"}
    assert set(found(index, "-crash")) == {"b", "c"}
    assert set(found(index, "export -cra*")) == {"b", "c"}


# Typos


@pytest.mark.parametrize("typed", ["exprot", "exort", "exporrt", "expert"])
def test_a_word_that_nobody_wrote_is_found_with_one_typo_and_that_is_told(index: SearchIndex, typed: str) -> None:
    filled(index, a="the export fails", b="all is well")
    answer = index.search(SearchQuery(f"{typed} fails"))
    assert [hit.feedback for hit in answer.hits] == ["desk:a"]
    assert answer.corrected == (typed,)


def test_a_long_word_may_have_two_typos_a_short_one_may_not(index: SearchIndex) -> None:
    filled(index, a="my subscription is gone", b="invoice is gone")
    assert found(index, "subscrption") == ["a"]
    assert found(index, "subcrption") == ["a"]
    assert found(index, "invioce") == ["b"]
    assert found(index, "invce") == []


def test_one_typo_is_preferred_to_two(index: SearchIndex) -> None:
    filled(index, a="notifications", b="notiftions")
    assert found(index, "notifictions") == ["a"]


def test_a_word_that_somebody_wrote_is_no_typo(index: SearchIndex) -> None:
    filled(index, a="expert advice", b="export advice")
    answer = index.search(SearchQuery("expert"))
    assert [hit.feedback for hit in answer.hits] == ["desk:a"]
    assert answer.corrected == ()


def test_a_word_that_stood_only_in_what_is_gone_may_be_a_typo_again(index: SearchIndex) -> None:
    filled(index, a="expert advice", b="export advice")
    index.update(Heard(2, (), ("desk:a",)))
    assert found(index, "expert") == ["b"]


def test_a_word_that_others_mistyped_too_is_tried_with_typos_where_all_words_stand_nowhere_together(
    index: SearchIndex,
) -> None:
    filled(index, a="my account is blocked", b="accout gone", c="blocked card")
    answer = index.search(SearchQuery("blocked accout"))
    assert [hit.feedback for hit in answer.hits] == ["desk:a"]
    assert answer.corrected == ("accout",)
    assert index.search(SearchQuery("accout")).corrected == ()
    assert index.search(SearchQuery("gone card")).hits == ()


def test_where_the_filters_leave_nothing_the_words_are_not_doubted(index: SearchIndex) -> None:
    index.update(Heard(1, (said("a", "expert advice", rating=5), said("b", "export advice", rating=1))))
    answer = index.search(SearchQuery("expert advice", most_rating=2))
    assert (answer.hits, answer.corrected) == ((), ())


# Filters, order, limit


def test_filters_are_letter_for_letter_and_all_hold(index: SearchIndex) -> None:
    rows = (
        said("a", "slow", account="Acme", version="3.5", problem="slow-export", rating=1),
        said("b", "slow", account="acme", version="3.5.0", problem="slow", rating=2),
        Feedback("store", "c", START, "slow", account="Acme", rating=2.5),
    )
    index.update(Heard(1, rows))
    assert found(index, "slow", account="Acme", source="desk") == ["a"]
    assert found(index, "slow", version="3.5.0") == ["b"]
    assert found(index, problem="slow") == ["b"]
    assert found(index, "slow", account="nobody") == []
    assert found(index, source="store") == ["store:c"]


def test_ratings_are_inclusive_and_what_has_none_is_left_out(index: SearchIndex) -> None:
    rows = (*(said(f"{rating}", "words", rating=rating) for rating in (1, 2, 3)), said("none", "words"))
    index.update(Heard(1, rows))
    assert set(found(index, "words", least_rating=1, most_rating=2)) == {"1", "2"}
    assert set(found(index, least_rating=2)) == {"2", "3"}
    assert set(found(index, most_rating=1)) == {"1"}


def test_times_are_inclusive_from_and_exclusive_until_to_the_microsecond(index: SearchIndex) -> None:
    moments = [START, START + timedelta(microseconds=1), START + timedelta(days=1)]
    index.update(Heard(1, tuple(Feedback("desk", f"{i}", at, "words") for i, at in enumerate(moments))))
    assert set(found(index, "words", since=START, until=moments[2])) == {"0", "1"}
    assert found(index, since=moments[1], until=moments[2]) == ["1"]


def test_the_newest_come_first_when_that_is_asked_and_when_nothing_ranks(index: SearchIndex) -> None:
    filled(index, a="export export export", b="the export was slow today", c="export")
    assert found(index, "export", order="newest") == ["c", "b", "a"]
    assert found(index) == ["c", "b", "a"]


def test_a_limit_cuts_the_hits_and_the_total_stays(index: SearchIndex) -> None:
    filled(index, *["export"] * 30)
    answer = index.search(SearchQuery("export", limit=7))
    assert (len(answer.hits), answer.total) == (7, 30)
    assert len(index.search(SearchQuery("export", limit=10**9)).hits) == 30


def test_an_empty_index_answers_with_nothing(index: SearchIndex) -> None:
    answer = index.search(SearchQuery("export -crash exprot*"))
    assert (answer.hits, answer.total, answer.corrected) == ((), 0, ())
    assert index.search(SearchQuery()).total == 0


# Updates


def test_the_revision_is_that_of_the_last_update_and_0_before_and_after_clearing(index: SearchIndex) -> None:
    assert index.revision == 0
    index.update(Heard(7, (said("a", "export"),)))
    assert index.revision == 7
    index.clear()
    assert index.revision == 0
    assert found(index) == []


def test_what_differs_replaces_what_was_and_what_is_gone_is_found_no_more(index: SearchIndex) -> None:
    filled(index, a="export fails", b="login fails")
    index.update(Heard(2, (said("a", "export works", rating=5),), ("desk:b",)))
    assert found(index, "fails") == []
    assert found(index, "works", least_rating=5) == ["a"]
    assert index.search(SearchQuery()).total == 1


def test_the_same_update_twice_changes_nothing(index: SearchIndex) -> None:
    heard = Heard(3, (said("a", "export"), said("b", "login")), ("desk:c",))
    index.update(heard)
    index.update(heard)
    assert (index.revision, index.search(SearchQuery()).total) == (3, 2)


def test_one_id_twice_in_an_update_is_there_once_the_last_one(index: SearchIndex) -> None:
    index.update(Heard(1, (said("a", "first words"), said("a", "second words"))))
    assert (index.search(SearchQuery("words")).total, found(index, "second")) == (1, ["a"])


def test_an_update_that_comes_late_takes_nothing_back(index: SearchIndex) -> None:
    index.update(Heard(5, (said("a", "new words"),)))
    index.update(Heard(4, (said("a", "old words"),)))
    assert (index.revision, found(index, "new"), found(index, "old")) == (5, ["a"], [])


def test_characters_that_are_none_break_nothing(index: SearchIndex) -> None:
    index.update(Heard(1, (said("a", "lone \ud800 surrogate \x00 nul", account="x\udcff", problem="p\x00q"),)))
    assert found(index, "surrogate nul") == ["a"]
    assert found(index, "\udcff nul", account="x\udcff") == ["a"]


# Any query


PIECES = st.lists(
    st.sampled_from(['"', "-", "*", " ", "export", "支付", "😀", "e\u0301", "’", "(", ":", "AND", "\\", "/"])
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.one_of(st.text(), PIECES.map("".join), st.text(min_size=900, max_size=1200)))
def test_any_text_is_answered_or_refused_with_words(index: SearchIndex, words: str) -> None:
    if not index.revision:
        filled(index, "the export fails", "支付失败了 😀", "é’l AND (x:y)")
    with suppress(InputError):
        assert index.search(SearchQuery(words)).total <= 3
