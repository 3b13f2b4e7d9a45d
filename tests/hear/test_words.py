"""Texts as the words that they are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.hear.stems import forms_of, stem
from aftermerge.hear.words import LONGEST_WORD, folded, terms_of, words_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("The EXPORT, fails!", "the export fails"),
        ("It's the app's fault, can’t log-in", "its the apps fault cant log in"),
        ("l’été à Łódź: Straße, İstanbul", "l ete a lodz strasse istanbul"),
        ("v3.5.1_beta", "v3 5 1 beta"),
        ("支付失败 now", "支 付 失 败 now"),
        ("it hangs😡😡 👍🏽", "it hangs 😡 😡 👍"),
        ("ﬁne Ｗｉｄｅ", "fine wide"),
        ("--- !? :)", ""),
        ("don't' 'quoted' rock'n'roll", "dont quoted rock n roll"),
    ],
)
def test_words_are_told_apart_and_folded(text: str, terms: str) -> None:
    assert terms_of(text) == terms.split()


@given(st.text())
def test_the_quick_way_and_the_one_that_knows_places_agree(text: str) -> None:
    assert [word.folded for word in words_of(text)] == terms_of(text)


@given(st.text())
def test_each_word_stands_where_it_is_said_to(text: str) -> None:
    for word in words_of(text):
        assert folded(text[word.start : word.end]) == word.folded


@given(st.text())
def test_a_folded_word_is_its_own_term_and_holds_no_space(text: str) -> None:
    for term in terms_of(text):
        assert len(term) <= LONGEST_WORD
        assert not any(c.isspace() for c in term)


@pytest.mark.parametrize(
    "words",
    [
        "crash crashes crashed crashing",
        "freeze freezes freezing",
        "time times timed timing",
        "stop stopped stops stopping",
        "cancel cancelled canceled cancels cancelling",
        "install installed installing installs",
        "retry retries retried retrying",
        "cookie cookies",
        "box boxes",
        "call calls called calling",
        "update updates updated updating",
        "zahlung zahlungen",
        "karte karten",
        "fehler fehlern",
        "pago pagos",
        "tarjeta tarjetas",
        "carte cartes",
    ],
)
def test_forms_of_one_word_have_one_stem_and_name_one_another(words: str) -> None:
    forms = words.split()
    assert len({stem(form) for form in forms}) == 1
    for form in forms:
        assert set(forms) <= forms_of(form)


@pytest.mark.parametrize("pair", ["bring brass", "string strong", "this thing", "user use", "export expert", "id idea"])
def test_other_words_are_no_forms(pair: str) -> None:
    one, other = pair.split()
    assert other not in forms_of(one)


@given(st.text())
def test_a_word_is_a_form_of_itself_and_forms_go_both_ways(word: str) -> None:
    assert word in forms_of(word)
    assert all(stem(form) == stem(word) for form in forms_of(word))
    assert all(form.startswith(stem(word).removesuffix("y")) for form in forms_of(word))
