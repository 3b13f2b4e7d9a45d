"""What a person decides about problems, and what is refused before anything is done."""

from typing import Any

import pytest

from aftermerge.errors import InputError, UnknownIdError
from aftermerge.hear import curate
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from aftermerge.model.problem import Theme
from support.memory_ledger import MemoryLedger
from support.world import day

NOW = day(50)


@pytest.fixture
def ledger() -> MemoryLedger:
    found = MemoryLedger()
    rows = [
        Feedback("s", str(n), day(n), f"words {n}", author=f"c{n}", problem="slow" if n < 4 else None)
        for n in range(1, 8)
    ]
    found.store("s", Batch("1", feedback=tuple(rows)))
    found.replace_themes([Theme("t1", ("tide", "hour"), ("s:5", "s:6"))])
    return found


def spoken(ledger: MemoryLedger) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in ledger.attributions():
        found.setdefault(row.problem, []).append(row.feedback)
    return found


def test_accepting_a_theme_names_its_feedback_and_makes_the_problem(ledger: MemoryLedger) -> None:
    assert ledger.curate(curate.accept("t1", "tides", "Tides an hour off", ledger, NOW)) == 2
    assert spoken(ledger)["tides"] == ["s:5", "s:6"]
    assert [(problem.id, problem.title) for problem in ledger.problems()] == [("tides", "Tides an hour off")]


def test_accepting_into_a_problem_that_is_there_keeps_its_title(ledger: MemoryLedger) -> None:
    ledger.curate(curate.accept("t1", "tides", "Tides an hour off", ledger, NOW))
    assert curate.accept("t1", "tides", "Another", ledger, NOW).problems == ()


def test_merging_moves_all_that_was_said_and_leaves_a_word_where_it_went(ledger: MemoryLedger) -> None:
    ledger.curate(curate.accept("t1", "tides", "Tides", ledger, NOW))
    assert ledger.curate(curate.merge("slow", "tides", ledger, NOW)) == 3
    assert spoken(ledger) == {"tides": ["s:1", "s:2", "s:3", "s:5", "s:6"]}
    assert {problem.id: problem.merged_into for problem in ledger.problems()} == {"slow": "tides", "tides": None}


def test_splitting_takes_what_is_named_and_no_more(ledger: MemoryLedger) -> None:
    assert ledger.curate(curate.split("slow", "slower", "Slower", ["s:2"], ledger, NOW)) == 1
    assert spoken(ledger) == {"slow": ["s:1", "s:3"], "slower": ["s:2"]}


def test_linking_and_unlinking_say_it_whatever_was_said_before(ledger: MemoryLedger) -> None:
    assert ledger.curate(curate.link(["s:1", "s:7"], "other", ledger, NOW)) == 2
    assert ledger.curate(curate.unlink(["s:2"], ledger)) == 1
    assert spoken(ledger) == {"other": ["s:1", "s:7"], "slow": ["s:3"]}


def test_renaming_keeps_the_id_that_bets_bear(ledger: MemoryLedger) -> None:
    ledger.curate(curate.rename("slow", "Exports are slow", ledger, NOW))
    assert [(problem.id, problem.title) for problem in ledger.problems()] == [("slow", "Exports are slow")]
    assert len(spoken(ledger)["slow"]) == 3


def test_every_decision_can_be_taken_back(ledger: MemoryLedger) -> None:
    before = spoken(ledger)
    ledger.curate(curate.merge("slow", "slow-too", _with_link(ledger), NOW))
    ledger.undo_curation()
    ledger.undo_curation()
    assert spoken(ledger) == before
    assert not ledger.problems()


def _with_link(ledger: MemoryLedger) -> MemoryLedger:
    ledger.curate(curate.link(["s:7"], "slow-too", ledger, NOW))
    return ledger


@pytest.mark.parametrize(
    ("decision", "error"),
    [
        (lambda ledger: curate.accept("t9", "tides", "Tides", ledger, NOW), UnknownIdError),
        (lambda ledger: curate.accept("t1", "No Slug", "Tides", ledger, NOW), InputError),
        (lambda ledger: curate.rename("slwo", "Slow", ledger, NOW), UnknownIdError),
        (lambda ledger: curate.merge("slow", "slow", ledger, NOW), InputError),
        (lambda ledger: curate.merge("slow", "nothing", ledger, NOW), UnknownIdError),
        (lambda ledger: curate.split("slow", "slower", "Slower", ["s:6"], ledger, NOW), UnknownIdError),
        (lambda ledger: curate.split("slow", "slow", "Slow", ["s:1"], ledger, NOW), InputError),
        (lambda ledger: curate.link(["s:99"], "slow", ledger, NOW), UnknownIdError),
        (lambda ledger: curate.unlink(["s:99"], ledger), UnknownIdError),
    ],
)
def test_what_can_not_be_done_is_refused_with_a_next_step(
    ledger: MemoryLedger, decision: Any, error: type[InputError]
) -> None:
    with pytest.raises(error) as caught:
        decision(ledger)
    assert caught.value.then


def test_a_problem_that_was_merged_takes_nothing_more(ledger: MemoryLedger) -> None:
    ledger.curate(curate.accept("t1", "tides", "Tides", ledger, NOW))
    ledger.curate(curate.merge("tides", "slow", ledger, NOW))
    with pytest.raises(InputError, match="was merged into `slow`"):
        curate.link(["s:7"], "tides", ledger, NOW)
