"""What customers wrote stands in the ledger, who was active in another engine: of both together comes a rate."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from aftermerge.model.plan import Plan, SeriesQuestion
from aftermerge.usage.engines.duck import duck
from aftermerge.usage.engines.places import Places
from aftermerge.usage.rows import Rows
from support.engines.asked import Data, Filled
from support.engines.questions import ALL
from support.usage import nobody_wrote
from usage.engines.door import engine

RATE = ALL["complaints of the active"].question


def test_a_rate_is_explained_by_the_query_of_each_engine(tmp_path: Path) -> None:
    with engine(tmp_path) as loaded:
        usage = Filled.of(loaded, Data.under(tmp_path)).usage("UTC")
        elsewhere, here = usage.compile(Plan((RATE,)))
    assert (elsewhere.source, here.source) == ("app", "feedback")
    assert 'FROM "app"' in elsewhere.sql
    assert "lent" in here.sql
    assert 'FROM "app"' not in here.sql
    assert here.keys == (RATE.key,)


def test_rates_of_users_and_of_accounts_borrow_one_after_the_other(tmp_path: Path) -> None:
    rates = [asked.question for asked in ALL.values() if asked.question.metric.kind == "feedback_rate"]
    assert {rate.metric.unit for rate in rates} == {"user", "account"}
    data = Data.under(tmp_path)
    with engine(tmp_path) as loaded:
        found = Filled.of(loaded, data).usage("UTC").answer(Plan(tuple(rates)))
    expected = data.in_place("UTC").answer(Plan(tuple(rates)))
    assert not found.failed
    for rate in rates:
        assert isinstance(rate, SeriesQuestion)
        volume, wanted = found.series[rate.key].volume, expected.series[rate.key].volume
        assert volume is not None
        assert wanted is not None
        np.testing.assert_array_equal(volume, wanted)


@pytest.mark.parametrize("unit", ["datetime64[D]", "datetime64[us]"])
def test_what_is_lent_keeps_its_nulls_its_days_and_its_words(unit: str) -> None:
    null = [False, True]
    days = np.ma.masked_array(np.array(["2026-03-01", "1970-01-01"], dtype=unit), null)
    counts = np.ma.masked_array(np.array([3, 0]), null)
    words = np.ma.masked_array(np.array(["a", ""], dtype=object), null)
    with duck(Places((), Path("/nowhere"), "UTC", nobody_wrote)) as embedded:
        embedded.lend("active_days", Rows({"day": days, "active": counts, "who": words}))
        rows = embedded.rows('SELECT "day" - DATE \'2026-02-28\' AS gap, "day", "active", "who" FROM lent.active_days')
    assert rows.dates("day").tolist() == [date(2026, 3, 1), None]
    assert [rows.counts("active")[0], rows.texts("who")] == [3, ["a", None]]
    assert bool(np.ma.getmaskarray(rows.columns["active"])[1])


def test_an_engine_that_does_not_answer_leaves_other_feedback_metrics_alone(tmp_path: Path) -> None:
    data = Data.under(tmp_path)
    low = ALL["low ratings"].question
    with engine(tmp_path) as loaded:
        filled = Filled.of(loaded, data)
        places = {**filled.places, "app": "nowhere"}
        found = Filled(loaded, places).usage("UTC").answer(Plan((RATE, low)))
    assert RATE.key in found.failed
    assert low.key in found.series
