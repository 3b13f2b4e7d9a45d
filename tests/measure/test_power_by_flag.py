"""What an earlier experiment says of the next one: by the two arms that are compared, whatever their sizes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from aftermerge.measure.power import PowerRequest, feasibility
from aftermerge.model.amount import parse_amount
from aftermerge.model.batch import Batch
from aftermerge.model.feasibility import Feasibility
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms, ArmsOfDay, Series
from aftermerge.model.table import EventsTable
from aftermerge.render.feasibility import feasibility_text
from aftermerge.stats import Moments
from aftermerge.stats.moments import EMPTY
from support.memory_ledger import MemoryLedger
from support.memory_usage import MemoryUsage
from support.world import FIRST_DAY, bet, metric, series

EVENTS = EventsTable("app", "events.parquet", "user", "time", "event")
SHARE = metric("finished", worth="2pp", kind="share", source="app", window_days=7)
LIFTED = metric("finished", worth="2%", kind="count", source="app", window_days=7)


def answer(
    of: Metric, arms: Arms | None = None, by_day: Series | None = None, *, days: int | None = None, effect: str = ""
) -> Feasibility:
    ledger = MemoryLedger()
    named = bet(metric=of.name, flag="bulk", control="off", treatment="on")
    ledger.store("files", Batch("1", metrics=(of,), bets=(named,)))
    held = {f"arms:{of.key}:bulk:": arms} if arms else {}
    usage = MemoryUsage([EVENTS], {f"series:{of.key}": by_day} if by_day else {}, held)
    return feasibility(PowerRequest(UTC, of.name, days, parse_amount(effect) if effect else None), ledger, usage)


def arms(days: int = 28, spread: float = 0.16, **per_day: int) -> Arms:
    day = {name: Moments(n, 0.2, n * spread) for name, n in per_day.items()}
    looks = tuple(ArmsOfDay(FIRST_DAY + timedelta(days=index), day) for index in range(days))
    total = {name: sum((look.arms[name] for look in looks), EMPTY) for name in per_day}
    exposed = {name: m.n for name, m in total.items()}
    return Arms(total, exposed, days=looks, first_exposure=datetime.combine(FIRST_DAY, datetime.min.time(), UTC))


def test_a_small_arm_shows_less_than_two_equal_ones_of_as_many_units() -> None:
    even, uneven = (
        answer(SHARE, found).visible[-1].experiment for found in (arms(off=250, on=250), arms(off=450, on=50))
    )
    assert even is not None
    assert uneven is not None
    assert uneven / even == pytest.approx((0.25 / 0.09) ** 0.5, rel=1e-6), "1/450 + 1/50 beside 1/250 + 1/250"


def test_variants_that_are_not_compared_do_not_count() -> None:
    two, three = answer(SHARE, arms(off=250, on=250)), answer(SHARE, arms(off=250, on=250, other=900))
    assert two.visible == three.visible
    assert three.units_a_day == 500


def test_several_variants_of_which_none_is_named_are_not_looked_at() -> None:
    found = answer(SHARE, arms(left=250, right=250, middle=250))
    assert found.units_a_day is None
    assert any("the variants seen are left, middle, right" in reason for reason in found.unknown)


def test_equal_arms_are_said_to_be_so_and_others_are_told() -> None:
    assert "500 units a day in two equal arms" in feasibility_text(answer(SHARE, arms(off=250, on=250)))
    assert "450 : 50 units a day" in feasibility_text(answer(SHARE, arms(off=450, on=50)))


def test_on_the_day_that_is_promised_the_effect_is_seen_in_uneven_arms_too() -> None:
    found = answer(SHARE, arms(off=450, on=50), effect="5pp")
    day = found.seen_after_days["randomised"]
    assert day is not None
    at = answer(SHARE, arms(off=450, on=50), days=day).visible[-1].experiment
    assert at is not None
    assert at <= 5


@pytest.mark.parametrize(("days", "told"), [(1, "would not be seen within 1 day: not by"), (84, "would never be seen")])
def test_never_is_said_only_where_the_days_were_not_cut_short(days: int, told: str) -> None:
    assert told in feasibility_text(answer(SHARE, arms(off=30, on=30), days=days))


def test_an_effect_that_nobody_would_call_one_is_shown_as_none() -> None:
    text = feasibility_text(answer(LIFTED, arms(off=5, on=5, spread=1e6)))
    assert "%" not in text.split("\n\n")[1], "the table"


def test_a_finished_experiment_tells_its_effect_in_digits_that_can_be_read() -> None:
    told = [answer(LIFTED, replace(arms(off=5, on=5, spread=s), days=(), first_exposure=None)) for s in (1e6, 0.5)]
    assert "would show nothing below 1,000%" in feasibility_text(told[0])
    assert "would show +253%" in feasibility_text(told[1])


def test_too_few_dates_to_try_it_on_tell_nothing() -> None:
    found = answer(metric(), by_day=_first(series(), 120), days=28)
    assert [row.before_after for row in found.visible if row.days == 28] == [None]


def test_a_kind_that_is_read_by_flag_only_is_not_tried_by_day() -> None:
    read = metric("back", worth="2pp", kind="retention", source="app", day=6, window_days=7)
    text = feasibility_text(answer(read, arms(off=250, on=250)))
    assert "before/after" not in text.split("\n\n")[2]


def _first(found: Series, days: int) -> Series:
    return replace(found, values=np.asarray(found.values)[:days])
