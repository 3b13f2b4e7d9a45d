"""Who says of which problem feedback speaks, and taking back what a person decided; in every ledger."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.errors import UnknownIdError
from aftermerge.ledger import open_ledger
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import AttributedBy, Attribution, Curation, Problem, Undone
from aftermerge.ports import Ledger, Stored
from support.memory_ledger import MemoryLedger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
IDS = tuple(f"r:{n}" for n in range(4))
ROWS = tuple(Feedback("r", str(n), NOON + timedelta(days=n), "x", author=f"a{n}") for n in range(4))
SLOW, LOST = Problem("slow", "It is slow", NOON), Problem("lost", "Work is lost", NOON)


def said(feedback: str, problem: str, by: AttributedBy = "person", certainty: float | None = None) -> Attribution:
    return Attribution(feedback, problem, by, certainty)


def link(*rows: Attribution) -> Curation:
    return Curation("link", rows[0].problem, attributions=rows)


@pytest.fixture
def ledger(any_ledger: Ledger) -> Ledger:
    any_ledger.store("r", Batch("1", feedback=ROWS))
    return any_ledger


def problem_of(ledger: Ledger) -> dict[str, str | None]:
    return {row.id: row.problem for row in ledger.feedback() if row.problem}


@pytest.mark.parametrize(
    ("first", "then", "left"),
    [
        ("attracted", "source", "source"),
        ("attracted", "bet", "bet"),
        ("source", "source", "source"),
        ("source", "bet", "bet"),
        ("source", "attracted", "source"),
        ("bet", "source", "bet"),
        ("bet", "attracted", "bet"),
        ("bet", "person", "person"),
        ("person", "source", "person"),
        ("person", "bet", "person"),
        ("person", "attracted", "person"),
        ("person", "person", "person"),
    ],
)
def test_a_person_goes_before_a_bet_before_the_source_before_attraction(
    ledger: Ledger, first: AttributedBy, then: AttributedBy, left: AttributedBy
) -> None:
    attribute(ledger, "one", first)
    attribute(ledger, "two", then)
    assert list(ledger.attributions()) == [said("r:0", "two" if left == then else "one", left)]
    assert problem_of(ledger) == {"r:0": "two" if left == then else "one"}


def attribute(ledger: Ledger, problem: str, by: AttributedBy) -> None:
    if by == "source":
        ledger.store("r", Batch("2", feedback=(replace(ROWS[0], problem=problem),)))
    elif by == "bet":
        ledger.attribute({"r:0": problem})
    else:
        ledger.curate(Curation("attract" if by == "attracted" else "link", problem, (), (said("r:0", problem, by),)))


def test_who_says_so_may_change_where_the_problem_does_not(ledger: Ledger) -> None:
    ledger.store("r", Batch("2", feedback=(replace(ROWS[0], problem="slow"),)))
    assert ledger.attribute({"r:0": "slow"}) == 0
    assert list(ledger.attributions()) == [said("r:0", "slow", "bet")]


def test_what_a_person_says_of_feedback_outlives_its_coming_again(ledger: Ledger) -> None:
    ledger.curate(link(said("r:0", "slow")))
    assert ledger.store("r", Batch("2", feedback=(replace(ROWS[0], problem="lost"),))) == Stored()
    assert problem_of(ledger) == {"r:0": "slow"}


def test_attributions_can_be_asked_by_problem_and_keep_their_certainty(ledger: Ledger) -> None:
    sure = (said("r:1", "slow", "attracted", 0.75), said("r:0", "slow", "attracted", 1.0))
    ledger.curate(Curation("attract", "slow", attributions=sure))
    ledger.attribute({"r:2": "lost"})
    assert list(ledger.attributions("slow")) == [sure[1], sure[0]]
    assert [row.feedback for row in ledger.attributions()] == ["r:0", "r:1", "r:2"]


def test_a_curation_leaves_its_problems_and_attributions_and_counts_what_moved(ledger: Ledger) -> None:
    ledger.attribute({"r:1": "slow"})
    accept = Curation("accept", "slow", (SLOW,), (said("r:0", "slow"), said("r:1", "slow")))
    assert ledger.curate(accept) == 1
    assert list(ledger.problems()) == [SLOW]
    assert ledger.curate(Curation("rename", "slow", (replace(SLOW, title="Too slow"),))) == 0
    assert list(ledger.problems()) == [replace(SLOW, title="Too slow")]
    assert problem_of(ledger) == {"r:0": "slow", "r:1": "slow"}


def test_a_curation_of_unknown_feedback_does_nothing_at_all(ledger: Ledger) -> None:
    with pytest.raises(UnknownIdError, match="r:9"):
        ledger.curate(Curation("accept", "slow", (SLOW,), (said("r:0", "slow"), said("r:9", "slow"))))
    with pytest.raises(UnknownIdError, match="r:9"):
        ledger.curate(Curation("unlink", "slow", released=("r:9",)))
    assert (list(ledger.problems()), problem_of(ledger), ledger.undo_curation()) == ([], {}, None)


def test_what_a_person_released_waits_for_a_person(ledger: Ledger) -> None:
    ledger.store("r", Batch("2", feedback=(replace(ROWS[0], problem="slow"),)))
    assert ledger.curate(Curation("unlink", "slow", released=("r:0",))) == 1
    weaker: tuple[AttributedBy, ...] = ("source", "bet", "attracted")
    for by in weaker:
        attribute(ledger, "slow", by)
        assert problem_of(ledger) == {}
    attribute(ledger, "slow", "person")
    assert problem_of(ledger) == {"r:0": "slow"}


def test_feedback_that_is_named_and_released_at_once_is_released(ledger: Ledger) -> None:
    assert ledger.curate(Curation("split", "slow", (), (said("r:0", "slow"),), ("r:0",))) == 0
    assert problem_of(ledger) == {}


def test_what_sources_and_bets_say_of_a_merged_problem_is_said_of_what_took_it_in(ledger: Ledger) -> None:
    taken = replace(SLOW, merged_into="lost"), replace(LOST, merged_into="all"), Problem("all", "All", NOON)
    ledger.curate(Curation("merge", "all", taken))
    again = Batch("2", feedback=(replace(ROWS[0], problem="slow"),))
    assert ledger.store("r", again) == Stored(changed=1)
    assert ledger.store("r", again) == Stored()
    assert ledger.attribute({"r:1": "lost"}) == 1
    assert ledger.attribute({"r:1": "lost"}) == 0
    assert problem_of(ledger) == {"r:0": "all", "r:1": "all"}


def test_problems_that_were_merged_in_a_ring_hang_nothing(ledger: Ledger) -> None:
    ledger.curate(Curation("merge", "x", (replace(SLOW, merged_into="lost"), replace(LOST, merged_into="slow"))))
    assert ledger.attribute({"r:1": "lost"}) == 1


def test_undo_goes_one_further_back_each_time(ledger: Ledger) -> None:
    ledger.curate(Curation("accept", "slow", (SLOW,), (said("r:0", "slow"),)))
    ledger.curate(Curation("merge", "slow", (replace(SLOW, merged_into="lost"), LOST), (said("r:0", "lost"),)))
    assert ledger.undo_curation() == Undone("merge", "slow")
    assert (list(ledger.problems()), problem_of(ledger)) == ([SLOW], {"r:0": "slow"})
    assert ledger.undo_curation() == Undone("accept", "slow")
    assert (list(ledger.problems()), problem_of(ledger)) == ([], {})
    assert ledger.undo_curation() is None


def test_after_an_undo_the_next_to_be_taken_back_is_the_last_that_stands(ledger: Ledger) -> None:
    ledger.curate(link(said("r:0", "slow")))
    ledger.curate(link(said("r:1", "lost")))
    ledger.undo_curation()
    ledger.curate(link(said("r:2", "late")))
    assert [ledger.undo_curation() for _ in range(3)] == [Undone("link", "late"), Undone("link", "slow"), None]


def test_feedback_that_went_in_between_is_not_brought_back_by_undo(ledger: Ledger) -> None:
    ledger.store("s", Batch("1", feedback=(replace(ROWS[0], source="s"),)))
    ledger.attribute({"s:0": "late", "r:0": "late"})
    ledger.curate(link(said("s:0", "slow"), said("r:0", "slow")))
    ledger.drop_sources(["s"])
    ledger.undo_curation()
    assert problem_of(ledger) == {"r:0": "late"}


def test_an_attraction_that_moves_nothing_is_nothing_to_take_back(ledger: Ledger) -> None:
    ledger.curate(link(said("r:0", "slow")))
    assert ledger.curate(Curation("attract", "lost", (), (said("r:0", "lost", "attracted", 0.9),))) == 0
    assert ledger.undo_curation() == Undone("link", "slow")


def test_curations_and_undos_are_told_to_who_asks_what_changed(ledger: Ledger) -> None:
    ledger.curate(link(said("r:0", "slow"), said("r:1", "slow")))
    assert [row.id for row in ledger.heard_since(1).rows] == ["r:0", "r:1"]
    ledger.curate(Curation("unlink", "slow", released=("r:0",)))
    assert [(row.id, row.problem) for row in ledger.heard_since(2).rows] == [("r:0", None)]
    ledger.undo_curation()
    assert [(row.id, row.problem) for row in ledger.heard_since(3).rows] == [("r:0", "slow")]


ids, names = st.sampled_from(IDS), st.sampled_from(["slow", "lost", "late"])
problems = st.builds(Problem, id=names, title=names, confirmed_at=st.just(NOON), merged_into=st.none() | names)
attributions = st.builds(Attribution, feedback=ids, problem=names, by=st.just("person"), certainty=st.none())
curations = st.builds(
    Curation, verb=st.sampled_from(["accept", "rename", "split", "merge", "link", "unlink"]), subject=names,
    problems=st.lists(problems, max_size=3).map(tuple), attributions=st.lists(attributions, max_size=4).map(tuple),
    released=st.lists(ids, max_size=2).map(tuple),
)  # fmt: skip


def everything(ledger: Ledger) -> tuple[object, ...]:
    return list(ledger.problems()), list(ledger.attributions()), problem_of(ledger)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.dictionaries(ids, names), steps=st.lists(curations, max_size=5), source=st.dictionaries(ids, names))
def test_as_many_undos_as_curations_leave_all_as_it_was(
    fresh: Path, tmp_path: Path, before: dict[str, str], steps: list[Curation], source: dict[str, str]
) -> None:
    memory = MemoryLedger()
    with open_ledger(shutil.copy(fresh, tmp_path / "ledger.db")) as sql:
        for ledger in (sql, memory):
            ledger.store("r", Batch("1", feedback=ROWS))
            ledger.attribute(before)
        start = everything(sql)
        for step in steps:
            assert sql.curate(step) == memory.curate(step)
            assert everything(sql) == everything(memory)
        for step in reversed(steps):
            assert sql.undo_curation() == memory.undo_curation() == Undone(step.verb, step.subject)
            assert everything(sql) == everything(memory)
        assert everything(sql) == everything(memory) == start
        for ledger in (sql, memory):  # what was released is put back too: the source is heard again
            ledger.store("r", Batch("2", feedback=tuple(replace(row, problem=source.get(row.id)) for row in ROWS)))
        assert everything(sql) == everything(memory)
        assert all(before.get(name, source.get(name)) == found for name, found in problem_of(sql).items())
        assert problem_of(sql).keys() == {*before, *source}
