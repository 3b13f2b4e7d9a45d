"""What holds for every text."""

import random
import string

import pytest
from benchmarks.personal_data import (
    DRAWS,
    card,
    email,
    email_hidden,
    iban,
    ip,
    name,
    phone_abroad,
    planted,
    secret,
)
from benchmarks.redaction import MOST_MISSED, NO_BAR, is_left, missed
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.hear.redaction import persons, redact
from aftermerge.hear.redaction.redact import CHUNK, OVERLAP

WHO = persons(["Maya Müller-Lindqvist", "Will May", "王小明"])
ALPHABET = st.one_of(st.characters(), st.sampled_from("0123456789 +-().@:/[]\n\u200bMayaWill王小明"))
TEXTS = st.text(ALPHABET, max_size=200)
SURE = st.sampled_from([card, email, email_hidden, iban, ip, name, secret, phone_abroad])
QUIET = st.text(st.sampled_from(string.ascii_letters.replace("M", "").replace("W", "") + " .,;!?\n…’éß"), max_size=300)
CARRIERS = (
    "The export stops at the last page and I have to begin again.",
    "Why can't I see the harbour's tides? It worked in version 4.2 of the app!",
    "Please keep us logged in, we sign in 9 times a shift 😡",
    "Seit dem Update auf 3.1.0 stürzt die App ab, bitte beheben",
)


@given(TEXTS)
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text, WHO, "GB")
    assert redact(once, WHO, "GB") == once
    assert redact(once, None, "GB") == once


@given(QUIET)
def test_a_text_without_digits_signs_or_names_stays(text: str) -> None:
    assert redact(text, persons(["Zebedee Quux"]), "GB") == text


@given(SURE, st.integers(), QUIET.filter(lambda text: "at" not in text and "dot" not in text))
def test_what_is_put_between_any_words_is_gone(draw: object, seed: int, carrier: str) -> None:
    rng = random.Random(seed)
    assert callable(draw)
    seeded = draw(rng)
    assert not is_left(seeded, planted(rng, carrier, seeded))


@given(TEXTS)
def test_what_is_said_of_nobody_is_not_lost(text: str) -> None:
    """Never longer than its placeholders make it, and no letter outside them is new."""
    redacted = redact(text, WHO, "GB")
    assert len(redacted) <= len(text) + len("[secret]") * redacted.count("[")


@pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.__name__)
def test_hardly_anything_of_a_kind_is_missed(draw: object) -> None:
    assert callable(draw)
    found = missed(draw, CARRIERS, 300, 7)
    assert found.kind in NO_BAR or found.rate.is_within(MOST_MISSED), found.examples


def test_placeholders_are_no_names() -> None:
    text = "[email], [phone], [card], [iban], [ip], [name], [secret]"
    assert redact(text, persons(["Email Phone", "Card Secret", "Ip Iban"]), "GB") == text


def test_a_long_text_is_redacted_at_every_place() -> None:
    address, filler = "maya@harbor.example", "word " * 10
    for place in (0, CHUNK - 10, CHUNK + OVERLAP - 10, 2 * CHUNK - 3):
        text = (filler * (3 * CHUNK // len(filler)))[:place].rstrip() + " " + address + " " + filler * 5000
        assert "harbor" not in redact(text)
        assert redact(text).count("[email]") == 1


def test_a_long_text_without_anything_stays() -> None:
    text = "Nothing personal, … twice\u00a0said. " * 10_000
    assert redact(text, WHO, "GB") == text


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "a@", "@", "1.", "::", "(at)", "?token=", "DE12 ", '"@', "\u200b", "[email]", "eyJ"]
)
def test_hostile_repetition_comes_back(unit: str) -> None:
    assert isinstance(redact(unit * (20_000 // len(unit)), WHO, "GB"), str)
