"""The persons whom a record names, in the words that go with it."""

import pytest

from aftermerge.hear.redaction import persons, redact

MAYA = ("Maya Müller-Lindqvist",)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Maya Müller-Lindqvist",
            "maya",
            "MAYA",
            "Lindqvist",
            "Müller",
            "Mueller",
            "Muller",
            "Lindqvist, Maya",
            "Mu\u0308ller",
        ),
        *("Maya Müller Lindqvist", "Ｍａｙａ", "ma\u200bya", "mayalindqvist", "Maya\u00a0Lindqvist", "mlindqvist"),
    ],
)
def test_a_person_is_taken_out_by_full_name_and_by_each_part(text: str) -> None:
    assert redact(f"I am {text}, hello", persons(MAYA)) == "I am [name], hello"


@pytest.mark.parametrize("text", ["mayan temples", "Lindqvistsson", "my", "amaya"])
def test_part_of_another_word_is_no_name(text: str) -> None:
    assert redact(text, persons(MAYA)) == text


def test_what_is_written_on_to_a_name_stays() -> None:
    assert redact("Maya's boat, @maya_85 and maya85", persons(MAYA)) == "[name]'s boat, @[name]_85 and [name]85"


def test_an_everyday_word_is_a_name_where_it_has_a_capital_that_no_sentence_gives_it() -> None:
    will = persons(["Will May"])
    assert (
        redact("Will it work? It will. Ask Will, or Mr May.", will)
        == "Will it work? It will. Ask [name], or Mr [name]."
    )
    assert redact("you may, WILL MAY", will) == "you may, [name]"
    assert redact("I WILL NOT WAIT", will) == "I WILL NOT WAIT"
    assert redact("Since 3 May, in May 2021", will) == "Since 3 May, in May 2021"


def test_an_everyday_word_alone_in_the_last_line_is_who_signs() -> None:
    assert redact("It broke.\nRegards,\nWill", persons(["Will May"])) == "It broke.\nRegards,\n[name]"


def test_names_without_spaces_are_found_within_a_sentence() -> None:
    assert redact("我是王小明你好", persons(["王小明"])) == "我是[name]你好"
    assert redact("저는 김민수입니다", persons(["김민수"])) == "저는 [name]입니다"
    assert redact("田中さんへ", persons(["田中 花子"])) == "[name]さんへ"


def test_names_in_other_scripts_are_whole_words() -> None:
    assert redact("меня зовут Андрей, андреевский", persons(["Андрей"])) == "меня зовут [name], андреевский"
    assert redact("मैं प्रिया हूँ", persons(["प्रिया"])) == "मैं [name] हूँ"


@pytest.mark.parametrize("name", ["", " ", "A Google user", "Anonymous", "The Support Team", "x", "van der", "…", "12"])
def test_a_record_that_names_nobody_takes_no_word_out(name: str) -> None:
    text = "a google user, the support team, anonymous x van der 12 …"
    assert redact(text, persons([name])) in {text, "[name], the support team, anonymous x van der 12 …"}


def test_particles_stay_and_short_names_need_a_capital() -> None:
    assert redact("de la van der Berg", persons(["Jan van der Berg"])) == "de la van der [name]"
    assert redact("ask Bo, not bo or Li", persons(["Bo"])) == "ask [name], not bo or Li"
    assert redact("Bo Li and bo li", persons(["Bo Li"])) == "[name] and [name]"


def test_an_address_on_the_record_is_no_name() -> None:
    assert redact("the harbor example", persons(["maya@harbor.example"])) == "the harbor example"


@pytest.mark.parametrize("text", ["Sean OBrien", "Seán O’Brien", "O'BRIEN", "seanobrien"])
def test_an_apostrophe_in_a_name_may_be_left_out(text: str) -> None:
    assert redact(f"I am {text}, hello", persons(["Seán O'Brien"])) == "I am [name], hello"
