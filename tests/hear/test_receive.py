"""What a connector hands over, made ready to be kept."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftermerge.hear.language import language_of
from aftermerge.hear.receive import received
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback, Verbatim

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "The export stops, please call Maya on 07700 900123 about it."
REPLY = "Dear Maya, we wrote to maya@harbor.example."
SAID = Feedback("zendesk", "1", NOW, TEXT, author="a1", url="https://x.example/1", reply=REPLY, rating=2.0)
BATCH = Batch(
    cursor="7",
    feedback=(SAID, replace(SAID, external_id="2", text="ok", reply=None)),
    customers=(Customer("zendesk", "a1", "Maya Lindqvist", "maya@harbor.example"),),
    names={"zendesk:1": ("Maya Lindqvist",)},
    done=2,
)


def test_words_and_reply_are_redacted_by_the_names_of_their_own_record() -> None:
    said, other = received(BATCH, "GB").feedback
    assert said.text == "The export stops, please call [name] on [phone] about it."
    assert said.reply == "Dear [name], we wrote to [email]."
    assert (other.text, other.reply) == ("ok", None)


def test_a_name_on_one_record_stays_in_another() -> None:
    batch = replace(BATCH, feedback=(SAID, replace(SAID, external_id="2", text="Maya again")))
    assert received(batch, None).feedback[1].text == "Maya again"


def test_the_words_as_written_stand_apart_for_every_piece() -> None:
    assert received(BATCH, "GB").verbatims == (Verbatim("zendesk:1", TEXT, REPLY), Verbatim("zendesk:2", "ok"))


def test_names_are_not_kept_and_all_else_is_as_it_came() -> None:
    found = received(BATCH, "GB")
    assert not found.names
    assert replace(found, feedback=BATCH.feedback, verbatims=(), names=BATCH.names) == BATCH
    said = replace(found.feedback[0], text=TEXT, reply=REPLY, language=None)
    assert said == SAID


def test_receiving_twice_changes_nothing() -> None:
    once = received(BATCH, "GB")
    assert received(once, "GB") == once


def test_a_batch_without_feedback_comes_back() -> None:
    assert received(Batch(cursor="1"), None) == Batch(cursor="1")


def test_a_language_that_the_source_says_stays() -> None:
    batch = replace(BATCH, feedback=(replace(SAID, language="xx"),))
    assert received(batch, "GB").feedback[0].language == "xx"


def test_the_language_is_told_where_the_source_does_not() -> None:
    assert [said.language for said in received(BATCH, "GB").feedback] == ["en", None]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I still have not received my new card, I ordered over a week ago."),
        ("de", "Seit dem letzten Update stürzt die App ständig ab."),
        ("fr", "L'application ne marche plus depuis la mise à jour."),
        ("es", "La aplicación se cierra cada vez que intento exportar."),
        ("it", "Non riesco più ad accedere al mio conto da ieri."),
        ("pt", "O aplicativo não abre mais depois da atualização."),
        ("zh", "更新之后应用一直打不开"),
        ("ja", "アップデートしてからアプリが開きません"),
        ("ru", "После обновления приложение не открывается."),
    ],
)
def test_a_sentence_says_its_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text", ["", "ok", "👍", "good app", "[email] [phone] [name]", "12345678901234567890", "asdf qwer zxcv"]
)
def test_a_short_or_doubtful_text_has_none(text: str) -> None:
    assert language_of(text) is None
