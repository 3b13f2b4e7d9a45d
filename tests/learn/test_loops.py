"""Where loops wait."""

import json
from datetime import UTC, timedelta
from importlib.resources import files

import jsonschema
import pytest

from aftermerge.learn.handoffs import Teams, handoffs
from aftermerge.learn.loops import loops
from aftermerge.model.batch import Batch
from aftermerge.model.codeowners import read_codeowners
from aftermerge.model.loop import Loops, LoopStage, Wait
from aftermerge.render.loops import loop_text, loops_document, loops_text
from support.looped import READ, looped, tell
from support.memory_ledger import MemoryLedger
from support.world import bet, change, day, link, metric, release

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/loops.schema.json").read_text())
TEAMS = Teams(
    {"exports": ("@harbor/exports",), "web": ("@Harbor/Web",)},
    read_codeowners("/src/exports/ @harbor/exports\n/src/web/ @harbor/web\n"),
)


def found(held: MemoryLedger, at: int = 80) -> Loops:
    return loops(held, UTC, day(at), TEAMS.of)


def wait(answer: Loops, stage: LoopStage) -> Wait:
    return next(one for one in answer.waits if one.stage == stage)


def many(count: int = 10) -> MemoryLedger:
    """A bet a week; the third that was framed took long to be merged, and the last three are still being built."""
    held, numbers = MemoryLedger(), range(count)
    bets = tuple(bet(f"bet-{n}", begun_at=day(7 * n)) for n in numbers)
    built = numbers[: count - 3]
    changes = tuple(change(f"c{n}", 7 * n + (30 if n == 2 else 5), begun_at=day(7 * n + 3)) for n in built)
    releases = tuple(release(f"1.{n}", 7 * n + (31 if n == 2 else 6), f"c{n}") for n in built)
    held.store("all", Batch("1", bets=bets, metrics=(metric(),), changes=changes, releases=releases))
    held.replace_links([link(f"c{n}", f"bet-{n}") for n in built])
    return held


def test_an_interval_is_told_by_its_middle_and_by_the_longest_of_seven_and_what_is_open_stands_apart() -> None:
    answer = found(many())
    merged = wait(answer, "merged")
    assert (merged.kind, merged.done, merged.p50) == ("work", 7, 2.0)
    assert merged.p85 is not None
    assert 2.0 < merged.p85 < 27.0
    begun = wait(answer, "building")
    assert (begun.kind, begun.done, begun.open_days, begun.oldest) == ("queue", 7, (31.0, 24.0, 17.0), "bet-7")


def test_what_the_window_asks_for_is_told_apart_from_the_wait_after_it() -> None:
    answer = found(looped())
    waited = wait(answer, "measured")
    assert (waited.kind, waited.p50) == ("window", 28.5)
    assert answer.window_share == pytest.approx(28 / 28.5)
    assert "98% of the days from exposed to measured are the metrics' own windows" in loops_text(answer, "Harbor")


def test_arrivals_are_set_beside_departures_week_by_week() -> None:
    held = looped()
    tell(held, 1, 70)
    tell(held, 2, 72)
    weeks = found(held, 80).weeks
    assert len(weeks) == 12
    assert [week.monday.isoformat() for week in weeks if week.framed] == ["2024-01-08"]
    assert [week.monday.isoformat() for week in weeks if week.done] == ["2024-03-11"]


def test_more_coming_than_going_is_said_to_be_unsteady() -> None:
    held = looped()
    tell(held, 1, 70)
    tell(held, 2, 72)
    assert found(held, 73).residual == pytest.approx(0.0, abs=0.02)
    held.store("more", Batch("1", bets=tuple(bet(f"open-{n}", begun_at=day(12)) for n in range(5))))
    answer = found(held, 300)
    assert answer.residual is not None
    assert answer.residual > 0.5
    assert "Not steady: more is open than the done ones tell" in loops_text(answer, "Harbor")


def test_a_handoff_is_the_next_change_in_another_teams_code_and_its_wait_ends_when_that_is_begun() -> None:
    held = MemoryLedger()
    web, ours = ("src/web/a.ts",), ("src/exports/a.py", "README.md")
    changes = (
        change("c1", 10, paths=ours),
        change("c2", 20, paths=web, begun_at=day(16)),
        change("c3", 22, paths=(*web, *ours)),
        change("c4", 25, paths=web),
    )
    held.store("all", Batch("1", bets=(bet(), bet("other")), changes=changes))
    held.replace_links([link(c.id, "faster-export") for c in changes] + [link("c4", "other")])
    moved = found(held).handoffs
    assert moved is not None
    assert (moved.count, moved.loops, moved.p50, moved.p85) == (1, 1, 6.0, 6.0)
    assert "1 hand-off between teams in 1 loop" in loops_text(found(held), "Harbor")


def test_without_code_that_is_a_teams_nothing_is_said_of_handoffs() -> None:
    assert handoffs({"b": [change("c", 1, paths=("elsewhere/x",))]}, TEAMS.of) is None
    assert loops(looped(), UTC, day(80)).handoffs is None


def test_no_team_and_no_person_is_named() -> None:
    told = json.dumps(loops_document(found(looped()))) + loops_text(found(looped()), "Harbor")
    for name in ("exports-team", "@harbor", "cust-1", "maya"):
        assert name not in told


def test_a_bets_stages_are_told_with_what_each_is_known_by() -> None:
    told = loop_text(found(looped()).loops[0])
    assert "  building   15 Jan 2024  after 4 days    first commit of c1" in told
    assert "  confirmed  not known" in told
    assert told.endswith("waits to be told")


def test_an_empty_workspace_is_told_what_to_do_next() -> None:
    assert "next: no bet is written down yet" in loops_text(found(MemoryLedger()), "Harbor")
    held = MemoryLedger()
    held.store("all", Batch("1", bets=(bet(),)))
    told = loops_text(found(held), "Harbor")
    assert "next: no change is linked to a bet" in told
    assert "nobody is known to have asked" in told


@pytest.mark.parametrize("held", [MemoryLedger(), looped(), looped(READ, flag="gate"), many()])
def test_what_is_printed_fits_the_published_schema(held: MemoryLedger) -> None:
    jsonschema.validate(json.loads(json.dumps(loops_document(found(held)))), SCHEMA)


def test_a_bet_that_was_framed_before_anybody_was_heard_waited_for_nothing() -> None:
    held = looped()
    held.store("all", Batch("2", bets=(bet(problem="slow", begun_at=day(1)),)))
    assert wait(found(held), "framed").p50 == 0.0
    assert found(held).as_of - day(80) == timedelta()
