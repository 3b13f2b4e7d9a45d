"""What the bets came to, what was stopped on time, and what did not land."""

import json
from dataclasses import replace
from datetime import UTC, date
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from aftermerge.learn.period import Period
from aftermerge.learn.results import results
from aftermerge.model.batch import Batch
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.results import Results
from aftermerge.render.results import results_document, results_text
from support.looped import READ
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day, link, metric, release

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/results.schema.json").read_text())
NOTHING = replace(READ, verdict="no_change", estimate=0.2, low=-1.0, high=1.4, reason="it lies within what is worth")
DECIDED = date(2024, 2, 20)
TODAY = date(2024, 4, 1)


def of(slug: str, readout: Readout = NOTHING) -> Readout:
    return replace(readout, subject=Subject("bet", slug))


def held(*readouts: Readout, late: bool = False, **more: Any) -> MemoryLedger:
    """A bet of five days' appetite that was built in two, and decided about on 20 February."""
    found = MemoryLedger()
    said: dict[str, Any] = {"appetite_days": 5.0, "decide": DECIDED, "stop": "no more exports end"} | more
    changes = [change("c1", 19, begun_at=day(17))] + ([change("c2", 60, begun_at=day(58))] if late else [])
    releases = [release("1.0", 20, "c1")] + ([release("1.1", 61, "c2")] if late else [])
    found.store(
        "all",
        Batch("1", bets=(bet(**said),), metrics=(metric(),), changes=tuple(changes), releases=tuple(releases)),
    )
    found.replace_links([link(one.id, "faster-export") for one in changes])
    found.replace_readouts(day(80), readouts)
    return found


def answer(ledger: MemoryLedger, search: str = "", period: Period | None = None) -> Results:
    return results("Harbor", period or Period(UTC), ledger, TODAY, search=search)


def test_a_bet_that_did_not_hold_and_was_left_alone_after_its_decision_was_stopped_on_time() -> None:
    (end,) = answer(held(NOTHING)).stopped
    assert (end.on, end.how) == (DECIDED, "nothing more was built after 20 Feb 2024")
    assert (end.spent_days, end.saved_days) == (2.0, 3.0)


@pytest.mark.parametrize(
    "ledger",
    [
        held(NOTHING, late=True),
        held(READ),
        held(NOTHING, decide=date(2024, 5, 1)),
        held(NOTHING, decide=None, stop=None),
        held(replace(NOTHING, verdict="too_early")),
    ],
    ids=["built on", "it held", "not due yet", "nothing said when", "open"],
)
def test_what_went_on_held_or_is_open_was_not_stopped(ledger: MemoryLedger) -> None:
    assert answer(ledger).stopped == ()


def taken_back(index: int, **more: Any) -> MemoryLedger:
    changes = (
        change("c1000000", 19, begun_at=day(17)),
        change("r1", index - 1, "Revert\n\nThis reverts commit c1000000."),
    )
    releases = (release("1.0", 20, "c1000000"), release("1.1", index, "r1"))
    found = MemoryLedger()
    said: dict[str, Any] = {"appetite_days": 5.0, "decide": DECIDED, "stop": "no more exports end"} | more
    found.store("all", Batch("1", bets=(bet(**said),), metrics=(metric(),), changes=changes, releases=releases))
    found.replace_links([link("c1000000", "faster-export"), link("r1", "faster-export")])
    return found


def test_what_was_taken_back_before_its_decision_was_stopped_and_the_taking_back_is_no_building() -> None:
    (end,) = answer(taken_back(40)).stopped
    assert (end.how, end.spent_days, end.saved_days) == ("taken back in 1.1", 2.0, 3.0)
    assert answer(taken_back(70)).stopped == ()
    assert len(answer(taken_back(70, decide=None)).stopped) == 1


def test_what_it_saved_is_said_only_where_appetite_and_building_are_known() -> None:
    (end,) = answer(held(NOTHING, appetite_days=None)).stopped
    assert (end.spent_days, end.saved_days) == (None, None)
    unbegun = held(NOTHING)
    unbegun.store("all", Batch("2", changes=(change("c1", 19),)))
    (end,) = answer(unbegun).stopped
    assert end.saved_days is None
    assert "of appetite were not spent" not in results_text(answer(unbegun))


def test_what_was_spent_beyond_the_appetite_saved_nothing() -> None:
    (end,) = answer(held(NOTHING, appetite_days=1.0)).stopped
    assert (end.spent_days, end.saved_days) == (2.0, 0.0)


def shelf() -> MemoryLedger:
    found = held(NOTHING)
    others = (
        bet("map-zoom", helps="Skippers who zoom find a berth", why="They asked for maps."),
        bet("map-print", helps="A printed chart", metric="prints"),
        bet("won", helps="Maps that load"),
    )
    changes = tuple(change(f"d{n}", 30 + n) for n in range(3))
    releases = tuple(release(f"2.{n}", 31 + n, f"d{n}") for n in range(3))
    found.store("more", Batch("1", bets=others, changes=changes, releases=releases))
    found.replace_links([link("c1", "faster-export")] + [link(f"d{n}", one.slug) for n, one in enumerate(others)])
    readouts = (of("faster-export"), of("map-zoom"), of("map-print", replace(NOTHING, verdict="harmed")))
    found.replace_readouts(day(80), (*readouts, of("won", READ)))
    return found


def slugs(found: Results) -> list[str]:
    return [item.bet.slug for item in found.library]


def test_the_library_holds_what_did_not_land_newest_first_whatever_the_period() -> None:
    assert slugs(answer(shelf())) == ["map-print", "map-zoom", "faster-export"]
    later = Period(UTC, since=date(2024, 3, 1))
    assert slugs(answer(shelf(), period=later)) == ["map-print", "map-zoom", "faster-export"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("MAP", ["map-print", "map-zoom"]),
        ("zoom map", ["map-zoom", "map-print"]),
        ("prints", ["map-print"]),
        ("worth", ["map-print", "map-zoom", "faster-export"]),
        ("asked", ["map-zoom"]),
        ("invoices", []),
    ],
)
def test_it_is_searched_by_slug_words_reasons_and_metric_and_the_best_match_comes_first(
    words: str, expected: list[str]
) -> None:
    assert slugs(answer(shelf(), words)) == expected


def test_a_search_that_finds_nothing_says_so_and_shows_nothing_else() -> None:
    assert results_text(answer(shelf(), "invoices")) == "Nothing that did not land speaks of “invoices”."


def test_it_is_told_with_what_the_bets_add_up_to_what_was_stopped_and_what_that_saved() -> None:
    told = results_text(answer(shelf()))
    assert told.startswith("Harbor: what the bets came to\neverything so far")
    assert "4 bets: 1 improved, 1 harmed, 2 no meaningful change." in told
    assert "claims read together" in told
    assert "    it was to stop: no more exports end" in told
    assert "    2.0 of 5 days were spent on it" in told
    assert "  Together 3.0 days of appetite were not spent." in told
    assert "exports: +0.20% [−1.00, +1.40]; it lies within what is worth" in told


def test_an_empty_workspace_is_told_what_to_do_next() -> None:
    assert "next: nothing has been read yet: run `aftermerge sync`" in results_text(answer(MemoryLedger()))


@pytest.mark.parametrize("found", [answer(MemoryLedger()), answer(shelf()), answer(shelf(), "map"), answer(held())])
def test_what_is_printed_fits_the_published_schema(found: Results) -> None:
    jsonschema.validate(json.loads(json.dumps(results_document(found))), SCHEMA)
