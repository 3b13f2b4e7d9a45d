"""A metric by week in units that got a change at different times."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.adoption import Floats

from aftermerge.model.metric import Kind
from aftermerge.model.plan import Rollout, RolloutQuestion
from aftermerge.model.table import SeriesTable, UnitsTable
from support.usage import EVENTS, answers, failure, metric, usage, write_events, write_values

MONDAY = date(2026, 1, 5)
WEEKS = 14
Event = tuple[int, str, str, float | None, str | None]
"""Day, user, event, value, flag's variant."""


def rollout(root: Path, kind: Kind = "count", until: datetime | None = None, **more: object) -> Rollout:
    chosen = metric(kind, **({"window_days": 14} | more))  # type: ignore[arg-type]
    return answered(root, RolloutQuestion(chosen, flag="bulk", until=until))


def answered(root: Path, question: RolloutQuestion) -> Rollout:
    found = answers(usage(root), [question])
    assert not found.failed, found.failed
    return found.rollouts[question.key]


def write_all(root: Path, events: Sequence[Event]) -> None:
    edges: list[Event] = [(0, "edge", "look", None, None), (7 * WEEKS - 1, "edge", "look", None, None)]
    rows = []
    for position, (day, user, event, value, variant) in enumerate([*edges, *events]):
        clock = timedelta(minutes=5) if position == 0 else timedelta(hours=23, minutes=30)
        at = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time()) + clock
        flag = "NULL, NULL" if variant is None else f"'bulk', '{variant}'"
        rows.append(f"'{at}', '{user}', 'x', '{event}', {'NULL' if value is None else value}, {flag}")
    write_events(root / "app.parquet", *rows)


def every_week(user: str, event: str = "save", value: float = 1.0) -> list[Event]:
    return [(7 * week + 2, user, event, value, None) for week in range(WEEKS)]


def exposed(user: str, week: int, variant: str = "on") -> Event:
    return (7 * week + 3, user, "$feature_flag_called", None, variant)


def random_events(seed: int) -> list[Event]:
    """Users that come every week, and some that miss one; the flag comes to three in four, from week 8 on."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    for index in range(60):
        user, misses = f"u{index}", index % 10 == 0
        for week in range(WEEKS):
            if misses and week == rng.integers(8, WEEKS):
                continue
            events += [
                (int(7 * week + rng.integers(7)), user, str(rng.choice(["save", "open"])), float(rng.normal(5)), None)
                for _ in range(rng.integers(1, 4))
            ]
        if index % 4:
            events.append(exposed(user, 8 + index % 4))
    return events


def by_hand(events: Sequence[Event], kind: str) -> dict[int | None, Floats]:
    """Values by cohort, (units, weeks), computed the slow way."""
    came: dict[str, set[int]] = defaultdict(set)
    value: dict[str, Floats] = defaultdict(lambda: np.zeros(WEEKS))
    got: dict[str, int] = {}
    for day, user, event, number, variant in events:
        came[user].add(day // 7)
        if variant == "on":
            got[user] = min(got.get(user, WEEKS), day // 7)
        if event == "save" and kind == "share":
            value[user][day // 7] = 1
        elif event == "save":
            value[user][day // 7] += 1.0 if kind == "count" else number or 0.0
    begun, cohorts = min(got.values()), defaultdict[int | None, list[Floats]](list)
    for user in sorted(came):
        if set(range(begun - 1, WEEKS)) <= came[user]:
            cohorts[got.get(user)].append(value[user])
    return {cohort: np.array(values) for cohort, values in cohorts.items()}


@pytest.mark.parametrize("kind", ["count", "sum", "mean", "share"])
def test_cohorts_are_those_of_a_slow_count_by_hand(tmp_path: Path, kind: Kind) -> None:
    events = random_events(3)
    write_all(tmp_path, events)
    keys: dict[str, Any] = {"value": "v"} if kind in ("sum", "mean") else {}
    found = rollout(tmp_path, kind, event="save", **keys)
    expected = by_hand(events, kind)
    assert (found.first_day, found.begun, found.period_days) == (MONDAY, 9, 7)
    assert {cohort.adopted: cohort.n for cohort in found.cohorts} == {k: len(v) for k, v in expected.items()}
    for cohort in found.cohorts:
        values = expected[cohort.adopted]
        centred = values - values.mean(axis=0)
        np.testing.assert_allclose(cohort.mean, values.mean(axis=0), atol=1e-12)
        np.testing.assert_allclose(cohort.cross, centred.T @ centred, atol=1e-9)


def test_a_unit_that_stayed_away_a_week_is_left_out_and_counted(tmp_path: Path) -> None:
    away = [event for event in every_week("away") if event[0] // 7 != 11]
    write_all(tmp_path, [*every_week("a"), *every_week("b"), *away, exposed("a", 10)])
    found = rollout(tmp_path, event="save")
    assert {cohort.adopted: cohort.n for cohort in found.cohorts} == {None: 1, 10: 1}
    assert found.left_out == 1


def test_a_unit_first_seen_after_the_rollout_began_does_not_enter(tmp_path: Path) -> None:
    late = [event for event in every_week("late") if event[0] // 7 >= 10]
    write_all(tmp_path, [*every_week("a"), *every_week("b"), *late, exposed("a", 10), exposed("late", 11)])
    assert sum(cohort.n for cohort in rollout(tmp_path, event="save").cohorts) == 2


def test_a_control_variant_is_no_adoption(tmp_path: Path) -> None:
    write_all(tmp_path, [*every_week("a"), *every_week("b"), exposed("a", 10), exposed("b", 9, "Off")])
    assert {cohort.adopted for cohort in rollout(tmp_path, event="save").cohorts} == {None, 10}


def test_a_tester_long_before_is_not_the_beginning(tmp_path: Path) -> None:
    users = [f"u{index}" for index in range(120)]
    events = [event for user in ("tester", "rest", *users) for event in every_week(user)]
    write_all(tmp_path, [*events, exposed("tester", 2), *(exposed(user, 10 + i % 2) for i, user in enumerate(users))])
    found = rollout(tmp_path, event="save")
    assert found.begun == 10
    assert {cohort.adopted: cohort.n for cohort in found.cohorts} == {None: 1, 0: 1, 10: 60, 11: 60}


def test_a_column_s_value_is_an_adoption_with_or_without_its_v(tmp_path: Path) -> None:
    columns = "ts TIMESTAMP, user_id VARCHAR, account_id VARCHAR, event VARCHAR, version VARCHAR, " + (
        '"$feature_flag" VARCHAR, "$feature_flag_response" VARCHAR'
    )
    rows = [
        f"'{MONDAY + timedelta(days=day)} 00:00', '{user}', 'x', 'save', "
        f"'{'2.0' if user == 'a' and day >= 70 else '1.9'}', NULL, NULL"
        for user in ("a", "b")
        for day in range(7 * WEEKS)
    ]
    last = f"'{MONDAY + timedelta(days=7 * WEEKS - 1)} 23:30', 'b', 'x', 'save', '1.9', NULL, NULL"
    write_values(tmp_path / "app.parquet", columns, *rows, last)
    for name in ("2.0", "v2.0"):
        found = answered(tmp_path, RolloutQuestion(metric("count", event="save"), column="version", value=name))
        assert {cohort.adopted for cohort in found.cohorts} == {None, 10}
    told = failure(usage(tmp_path), RolloutQuestion(metric("count", event="save"), column="version", value="2.1"))
    assert "no event of `app` has `2.1` in `version`" in told
    assert "2.0" in told


def test_periods_end_with_the_last_whole_day_or_with_the_cut_off(tmp_path: Path) -> None:
    write_all(tmp_path, [*every_week("a"), *every_week("b"), exposed("a", 10)])
    until = datetime(2026, 4, 6, tzinfo=UTC)
    found = rollout(tmp_path, event="save", until=until)
    assert found.first_day + timedelta(days=7 * len(found.cohorts[0].mean)) == until.date()


def test_no_more_weeks_are_shown_after_it_began_than_the_declared_look_takes(tmp_path: Path) -> None:
    write_all(tmp_path, [*every_week("a"), *every_week("b"), exposed("a", 6)])
    found = rollout(tmp_path, event="save", window_days=7)
    assert (found.begun, found.wanted, len(found.cohorts[0].mean)) == (6, 3, 10)


def test_winsorising_cuts_what_units_did_in_a_week(tmp_path: Path) -> None:
    odd: Event = (72, "b", "save", 900.0, None)
    write_all(tmp_path, [*every_week("a"), *every_week("b"), odd, exposed("a", 9)])
    cut = rollout(tmp_path, "sum", event="save", value="v", winsorize=0.9)
    assert max(cohort.mean.max() for cohort in cut.cohorts) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ["ratio", "retention", "funnel", "quantile"])
def test_kinds_that_can_t_be_followed_yet_say_so(tmp_path: Path, kind: Kind) -> None:
    write_all(tmp_path, every_week("a"))
    told = failure(usage(tmp_path), RolloutQuestion(metric(kind, event="save"), flag="bulk"))
    assert "can't be read as a staggered rollout yet" in told


def test_a_flag_or_column_or_event_that_is_not_there_is_told_with_its_neighbour(tmp_path: Path) -> None:
    write_all(tmp_path, [*every_week("a"), *every_week("b"), exposed("a", 10)])
    asked = usage(tmp_path)
    assert "bulk" in failure(asked, RolloutQuestion(metric("count", event="save"), flag="bulks"))
    assert "no column `vrsion`" in failure(
        asked, RolloutQuestion(metric("count", event="save"), column="vrsion", value="2")
    )
    assert "save" in failure(asked, RolloutQuestion(metric("count", event="safe"), flag="bulk"))


def test_a_rollout_that_began_before_the_data_is_told(tmp_path: Path) -> None:
    write_all(tmp_path, [*every_week("a"), *every_week("b"), exposed("a", 0), exposed("b", 0)])
    told = failure(usage(tmp_path), RolloutQuestion(metric("count", event="save"), flag="bulk"))
    assert "no unit came in the week before" in told


def test_tables_that_hold_no_events_can_t_say_when_a_unit_got_a_change(tmp_path: Path) -> None:
    write_values(tmp_path / "d.parquet", "day DATE, name VARCHAR, n BIGINT", "'2026-03-01', 'ours', 1")
    write_values(tmp_path / "u.parquet", "id BIGINT, version VARCHAR, kept BOOLEAN", "1, 'old', true")
    daily = SeriesTable("d", "d.parquet", day="day", metric="name", value="n")
    units = UnitsTable("u", "u.parquet", unit="id", variant="version", flag="bulk")
    asked = usage(tmp_path, EVENTS, daily, units)
    for source in ("d", "u"):
        told = failure(asked, RolloutQuestion(metric("count", source, event="save"), flag="bulk"))
        assert "holds no events" in told
