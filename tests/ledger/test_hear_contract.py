"""What every ledger keeps of what was heard, the one in memory too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftermerge.errors import UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer, Holdings
from aftermerge.model.feedback import Feedback, Heard, Verbatim
from aftermerge.model.problem import Theme
from aftermerge.ports import Ledger, Stored

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

FIRST = Feedback("desk", "1", NOON, "Mail me at [email]", author="a7", updated_at=NOON)
SECOND = Feedback("desk", "2", NOON + DAY, "It is slow", author="a7")
OTHER = Feedback("forum", "1", NOON, "It is slow", author="a7")
WORDS = Verbatim("desk:1", "Mail me at ann@example.com", "Dear Ann")
ANN = Customer("desk", "a7", "Ann Example", "ann@example.com")


def heard(*rows: Feedback, cursor: str = "1") -> Batch:
    return Batch(cursor, feedback=rows)


def test_an_older_version_never_replaces_a_newer(any_ledger: Ledger) -> None:
    any_ledger.store("desk", Batch("1", feedback=(FIRST,), verbatims=(WORDS,)))
    older = replace(FIRST, text="Draft", problem="slow", updated_at=NOON - DAY)
    assert any_ledger.store("desk", Batch("2", feedback=(older,), verbatims=(Verbatim("desk:1", "Draft"),))) == Stored()
    assert list(any_ledger.feedback()) == [FIRST]
    assert any_ledger.verbatim("desk:1", "test") == WORDS
    newer = replace(FIRST, text="Sent", updated_at=NOON + DAY)
    assert any_ledger.store("desk", heard(newer)) == Stored(changed=1)


def test_of_two_versions_in_one_batch_the_newer_stays_wherever_it_stands(any_ledger: Ledger) -> None:
    newer = replace(FIRST, text="Sent", updated_at=NOON + DAY)
    assert any_ledger.store("desk", heard(newer, FIRST)) == Stored(new=1)
    assert list(any_ledger.feedback()) == [newer]


def test_the_words_as_they_were_written_are_kept_apart(any_ledger: Ledger) -> None:
    any_ledger.store("desk", Batch("1", feedback=(FIRST,), verbatims=(WORDS,)))
    assert any_ledger.feedback()[0].text == "Mail me at [email]"
    assert any_ledger.verbatim("desk:1", "the redaction ate a number") == WORDS


def test_words_that_changed_where_the_redacted_ones_did_not_are_kept_anew(any_ledger: Ledger) -> None:
    any_ledger.store("desk", Batch("1", feedback=(FIRST,), verbatims=(WORDS,)))
    moved = Verbatim("desk:1", "Mail me at ann@example.org")
    assert any_ledger.store("desk", Batch("2", feedback=(FIRST,), verbatims=(moved,))) == Stored()
    assert any_ledger.verbatim("desk:1", "test") == moved


def test_words_without_their_feedback_are_not_kept(any_ledger: Ledger) -> None:
    any_ledger.store("desk", Batch("1", verbatims=(WORDS,)))
    with pytest.raises(UnknownIdError, match="desk:1"):
        any_ledger.verbatim("desk:1", "test")


def test_feedback_that_came_without_a_verbatim_was_written_as_it_stands(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(replace(SECOND, reply="Soon")))
    assert any_ledger.verbatim("desk:2", "test") == Verbatim("desk:2", "It is slow", "Soon")


def test_feedback_by_id_comes_in_the_order_asked_and_without_the_unknown(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(FIRST, replace(SECOND, problem="slow")))
    found = any_ledger.feedback_by_id(["desk:2", "desk:9", "desk:1"])
    assert list(found) == [replace(SECOND, problem="slow"), FIRST]


def test_all_that_is_held_about_a_customer_is_theirs_to_have(any_ledger: Ledger) -> None:
    any_ledger.store("desk", Batch("1", feedback=(SECOND, FIRST, OTHER), verbatims=(WORDS,), customers=(ANN,)))
    mine = Verbatim("desk:2", "It is slow")
    assert any_ledger.holdings("desk:a7") == Holdings("desk:a7", ANN, (FIRST, SECOND), (WORDS, mine))
    assert any_ledger.holdings("forum:a7").known is None
    with pytest.raises(UnknownIdError, match="desk:b8"):
        any_ledger.holdings("desk:b8")


def test_feedback_without_an_author_is_a_customer_of_its_own(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(replace(FIRST, author=None), replace(SECOND, author="")))
    assert [row.id for row in any_ledger.holdings("desk:1").feedback] == ["desk:1"]
    assert [row.id for row in any_ledger.holdings("desk:2").feedback] == ["desk:2"]


def test_a_colon_in_the_name_of_a_source_or_customer_confuses_nobody(any_ledger: Ledger) -> None:
    one, two = replace(FIRST, source="a:b", author="c"), replace(FIRST, source="a", author="b:c")
    any_ledger.store("a", heard(one, replace(two, external_id="2"), replace(FIRST, author="b:c")))
    assert {row.id for row in any_ledger.holdings("a:b:c").feedback} == {"a:b:1", "a:2"}


def test_what_a_later_batch_leaves_out_about_a_customer_stays(any_ledger: Ledger) -> None:
    any_ledger.store("desk", Batch("1", feedback=(FIRST,), customers=(replace(ANN, email=None),)))
    named = (Customer("desk", "a7", email="ann@example.com"), Customer("desk", "a7", name="Ann E."))
    any_ledger.store("desk", Batch("2", customers=named))
    assert any_ledger.holdings("desk:a7").known == replace(ANN, name="Ann E.")


def test_each_change_to_what_was_heard_is_told_once_to_who_asks_since(any_ledger: Ledger) -> None:
    assert any_ledger.heard_since(0) == Heard(0, ())
    any_ledger.store("desk", heard(SECOND, FIRST))
    assert any_ledger.heard_since(0) == Heard(1, (FIRST, SECOND))
    any_ledger.store("desk", heard(FIRST, replace(SECOND, rating=2.0)))
    assert any_ledger.heard_since(1) == Heard(2, (replace(SECOND, rating=2.0),))
    any_ledger.attribute({"desk:1": "slow"})
    assert any_ledger.heard_since(2) == Heard(3, (replace(FIRST, problem="slow"),))
    any_ledger.drop_sources(["desk"])
    assert any_ledger.heard_since(3) == Heard(4, (), ("desk:1", "desk:2"))
    assert any_ledger.heard_since(0) == Heard(4, ())
    any_ledger.store("desk", heard(FIRST))
    assert any_ledger.heard_since(3) == Heard(5, (FIRST,), ("desk:2",))


def test_what_changes_nothing_makes_no_revision(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(replace(FIRST, problem="slow")))
    any_ledger.store("desk", heard(FIRST, cursor="2"))
    any_ledger.attribute({"desk:1": "slow"})
    any_ledger.drop_sources(["forum"])
    any_ledger.mark_near_copies({"desk:1": "desk:1"})
    any_ledger.replace_themes([Theme("t", ("slow",), ("desk:1",))])
    assert any_ledger.heard_since(1) == Heard(1, ())


def test_near_copies_are_added_and_stay_when_the_feedback_comes_again(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(FIRST, SECOND, OTHER))
    assert any_ledger.mark_near_copies({"desk:2": "forum:1", "desk:9": "desk:1", "desk:1": "desk:8"}) == 1
    assert any_ledger.mark_near_copies({"desk:2": "desk:1", "desk:1": "forum:1"}) == 1
    any_ledger.store("desk", heard(replace(SECOND, rating=1.0)))
    assert any_ledger.near_copies() == {"desk:2": "forum:1", "desk:1": "forum:1"}


def test_copies_of_feedback_that_goes_are_copies_of_the_oldest_that_stays(any_ledger: Ledger) -> None:
    rows = tuple(replace(SECOND, external_id=str(n), time=NOON - n * DAY) for n in range(1, 5))
    any_ledger.store("desk", heard(*rows, OTHER))
    any_ledger.mark_near_copies({"desk:1": "forum:1", "desk:2": "forum:1", "desk:3": "desk:1", "desk:4": "desk:2"})
    any_ledger.drop_sources(["forum"])
    assert any_ledger.near_copies() == {"desk:1": "desk:2", "desk:3": "desk:1", "desk:4": "desk:2"}


def test_a_customer_who_only_repeats_what_another_said_asks_too(any_ledger: Ledger) -> None:
    rows = (replace(FIRST, problem="slow"), replace(SECOND, author="b8", problem="slow"))
    any_ledger.store("desk", heard(*rows))
    any_ledger.mark_near_copies({"desk:2": "desk:1"})
    assert [ask.asker for ask in any_ledger.asks()] == ["desk:a7", "desk:b8"]


def test_themes_are_those_of_the_last_run_largest_first_and_keep_their_members_in_order(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(FIRST, SECOND))
    any_ledger.replace_themes([Theme("old", ("x",), ("desk:1",))])
    small, large = Theme("a", ("mail",), ("desk:1",)), Theme("b", ("slow", "wait"), ("desk:2", "desk:1"))
    any_ledger.replace_themes([small, large])
    assert list(any_ledger.themes()) == [large, small]
    assert set(any_ledger.theme_ids()) == {"old", "a", "b"}


def test_a_theme_loses_members_that_go_and_goes_with_the_last(any_ledger: Ledger) -> None:
    any_ledger.store("desk", heard(FIRST, OTHER))
    any_ledger.replace_themes([Theme("a", ("x",), ("forum:1",)), Theme("b", ("y",), ("forum:1", "desk:9", "desk:1"))])
    any_ledger.drop_sources(["forum"])
    assert list(any_ledger.themes()) == [Theme("b", ("y",), ("desk:1",))]
