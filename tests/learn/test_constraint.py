"""Which stage holds the others up."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.learn.constraint import constraint_of
from aftermerge.learn.replay import Station, replay, replay_relieved
from aftermerge.learn.stamped import Stamped
from aftermerge.learn.stations import drawn
from aftermerge.model.constraint import Constraint
from aftermerge.model.loop import STAGES
from aftermerge.render.constraint import constraint_document, constraint_line, constraint_text
from aftermerge.stats.stamps import lengths

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/constraint.schema.json").read_text())
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def served(came: np.ndarray, slots: int, effort: float, rng: np.random.Generator) -> np.ndarray:
    """In turn, by the rule of Kiefer and Wolfowitz (1955): whoever comes next takes the slot that is free first."""
    free, left = np.zeros(slots), np.empty(len(came))
    for loop in np.argsort(came, kind="stable"):
        at = int(np.argmin(free))
        free[at] = left[loop] = max(free[at], came[loop]) + rng.exponential(effort)
    return left


@lru_cache
def history(short: str = "measured", loops: int = 80) -> Stamped:
    """A loop every five days; whoever is short of hands has work for 4.9 of them, the others for less than one."""
    rng = np.random.default_rng(3)
    efforts = {name: 4.9 if name == short else 0.8 for name in ("framed", "building", "deployed", "measured", "told")}
    at = np.cumsum(rng.exponential(5.0, loops))
    rows = [at]
    for stage in STAGES[1:]:
        begins = stage == "building"
        takes = "building" if stage == "merged" else stage
        at = at + (14.0 if stage == "measured" else 0.0)
        if not begins and takes in efforts:
            at = served(at, 1, efforts[takes], rng)
        rows.append(at + (0.01 if begins else 0.0))
    known = np.maximum.accumulate(np.column_stack(rows), axis=1)
    until = float(known[-1, 0])
    return Stamped(np.where(known <= until, known, np.nan), np.full(loops, 14.0), until)


def found(stamped: Stamped, draws: int = 6) -> Constraint:
    return replace(constraint_of(stamped, np.random.default_rng(1), draws), as_of=NOW)


@lru_cache
def of_measuring() -> Constraint:
    return found(history())


def station(slots: int, efforts: list[float]) -> Station:
    return Station("told", slots, np.array(efforts), np.zeros(len(efforts)))


@pytest.mark.parametrize("short", ["framed", "measured", "told"])
def test_the_station_that_is_short_of_hands_is_found(short: str) -> None:
    answer = found(history(short))
    assert answer.constraint == short
    first = answer.reliefs[0]
    assert first.busy.middle > 0.7
    assert first.shorter.middle > max(other.shorter.middle for other in answer.reliefs[1:])
    assert first.queue_days.middle > 5 * max(other.queue_days.middle for other in answer.reliefs[1:])


def test_a_window_that_the_metric_asks_for_is_no_queue() -> None:
    told = next(one for one in found(history("told")).reliefs if one.station == "measured")
    assert told.queue_days.middle < 3
    assert told.effort_days.middle < 3


def test_a_third_of_the_stamps_may_be_missing() -> None:
    whole = history()
    gone = np.random.default_rng(2).random(whole.known.shape) < 0.3
    answer = found(replace(whole, known=np.where(gone, np.nan, whole.known)))
    assert answer.constraint == "measured"
    assert 0.2 < answer.missing < 0.4


def test_it_abstains_where_loops_are_too_few_or_too_much_is_missing() -> None:
    whole = history()
    few = found(replace(whole, known=whole.known[:10], windows=whole.windows[:10]))
    assert (few.constraint, few.reliefs) == (None, ())
    assert "10 loops are known by two stamps or more; 20 are the least" in few.abstains
    thin = whole.known.copy()
    thin[:, 1:7] = np.nan
    assert "of the stamps are missing" in found(replace(whole, known=thin)).abstains


def test_it_abstains_where_the_stamps_of_what_would_come_first_are_not_known() -> None:
    whole = history()
    thin = whole.known.copy()
    thin[3:, STAGES.index("measured")] = np.nan
    answer = found(replace(whole, known=thin))
    assert answer.constraint is None
    assert "its stamps are known of" in answer.abstains


def test_it_abstains_where_nobody_has_come_through_a_stage_and_names_it() -> None:
    begun = np.full((30, len(STAGES)), np.nan)
    begun[:, 0], begun[:, 1] = 99.0, 99.9
    answer = found(Stamped(begun, np.full(30, 14.0), 100.0))
    assert (answer.constraint, answer.abstains) == (None, "too few loops are known to have come through `building`")


def test_where_nobody_is_short_of_hands_nobody_is_named() -> None:
    answer = found(history("nobody"), draws=12)
    assert answer.constraint is None
    assert re.fullmatch("nobody is short of hands: .* would make loops less than 2% shorter", answer.abstains)
    assert len(answer.reliefs) == 5


def test_the_same_loops_get_the_same_answer() -> None:
    assert found(history()) == of_measuring()


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0.1, 10)), min_size=1, max_size=25), st.integers(1, 4))
def test_more_hands_make_no_loop_later(history_: list[tuple[float, float]], slots: int) -> None:
    came, efforts = (np.array(part) for part in zip(*history_, strict=True))
    stations = [Station("framed", slots, efforts, np.zeros(len(came))), station(1, efforts[::-1].tolist())]
    times = replay(came, stations)
    assert (times[0] >= came + efforts - 1e-9).all()
    relieved = replay_relieved(came, [stations[0]], times[:1], 0)
    assert (relieved <= times[0] + 1e-9).all()


def test_each_loop_is_served_in_turn_and_waits_for_its_train() -> None:
    (left,) = replay(np.array([0.0, 1.0, 2.0]), [station(1, [4.0, 4.0, 4.0])])
    np.testing.assert_allclose(left, [4.0, 8.0, 12.0])
    carried = replace(station(2, [4.0, 4.0, 4.0]), train=np.array([6.0, 7.0]))
    np.testing.assert_allclose(replay(np.array([0.0, 1.0, 2.0]), [carried])[0], [6.0, 6.0, 8.0])


def test_a_replay_without_relief_is_the_history_that_it_was_made_of() -> None:
    whole = history()
    made = drawn(whole, lengths(whole.known, whole.fixed), np.random.default_rng(1))
    assert made is not None
    heard, worked = made
    first = worked[0].station
    left = replay(heard, [first])[0]
    done = np.isfinite(whole.known[:, 1])
    assert first.slots == 1
    np.testing.assert_allclose(left[done], whole.known[done, 1], atol=1e-6)
    assert left.shape == heard.shape


def test_it_is_told_in_words_with_what_it_rests_on() -> None:
    told = constraint_text(of_measuring())
    assert told.startswith("Measuring holds the others up (its queue is the longest in ")
    assert "with half as many hands again loops are" in told
    line = constraint_line(of_measuring())
    assert line is not None
    assert line.startswith("Measuring holds the others up: half as many hands again would make loops about ")
    assert constraint_line(replace(of_measuring(), constraint=None)) is None
    assert "It can not be told" in constraint_text(replace(of_measuring(), constraint=None, abstains="too few"))


def test_one_stage_may_be_asked_about_alone() -> None:
    told = constraint_text(of_measuring(), "told")
    assert "telling: with half as many hands again" in told
    assert "building: with" not in told
    document = constraint_document(of_measuring(), "told")
    assert [one["station"] for one in document["reliefs"]] == ["told"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "answer", [of_measuring(), replace(of_measuring(), constraint=None, reliefs=(), lead_days=None)]
)
def test_what_is_printed_fits_the_published_schema(answer: Constraint) -> None:
    jsonschema.validate(json.loads(json.dumps(constraint_document(answer))), SCHEMA)
