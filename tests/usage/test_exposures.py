"""A metric by variant over an events table."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.model.plan import Arms, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.stats.moments import EMPTY, Moments
from support.usage import arms, failure, metric, usage, write, write_events

SHOWN = "'$feature_flag_called', NULL, 'bulk'"


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """Windows of two days. a, b: control; c, d, f: treatment; e saw both; f is shown too late to be looked at."""
    write_events(
        tmp_path / "app.parquet",
        f"'2026-03-01 10:00', 'a', 'x', {SHOWN}, 'control'",
        "'2026-03-01 09:59', 'a', 'x', 'save', 100.0, NULL, NULL",
        "'2026-03-01 10:00', 'a', 'x', 'save', 1.0, NULL, NULL",
        "'2026-03-03 09:59', 'a', 'x', 'save', 2.0, NULL, NULL",
        "'2026-03-03 10:00', 'a', 'x', 'save', 400.0, NULL, NULL",
        f"'2026-03-02 10:00', 'b', 'x', {SHOWN}, 'control'",
        f"'2026-03-01 12:00', 'c', 'y', {SHOWN}, 'test'",
        f"'2026-03-02 12:00', 'c', 'y', {SHOWN}, 'test'",
        "'2026-03-02 13:00', 'c', 'y', 'save', 5.0, NULL, NULL",
        "'2026-03-02 14:00', 'c', 'y', 'look', 5.0, NULL, NULL",
        f"'2026-03-01 23:30', 'd', 'y', {SHOWN}, 'test'",
        "'2026-03-02 23:30', 'd', 'y', 'save', 7.0, NULL, NULL",
        "'2026-03-02 23:31', 'd', 'y', 'look', 7.0, NULL, NULL",
        "'2026-03-02 23:32', 'd', 'y', 'look', 7.0, NULL, NULL",
        f"'2026-03-01 12:00', 'e', 'y', {SHOWN}, 'test'",
        f"'2026-03-01 13:00', 'e', 'y', {SHOWN}, 'control'",
        "'2026-03-01 14:00', 'e', 'y', 'save', 900.0, NULL, NULL",
        f"'2026-03-04 00:30', 'f', 'z', {SHOWN}, 'test'",
        "'2026-03-04 10:00', 'f', 'z', 'save', 3.0, NULL, NULL",
        f"'2026-03-02 10:00', 'g', 'z', {SHOWN.replace('bulk', 'other')}, 'test'",
        f"'2026-03-02 10:00', NULL, 'z', {SHOWN}, 'test'",
    )
    return tmp_path


def bulk(kind: str, until: datetime | None = None, **keys: object) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, **{"window_days": 2, **keys}), "bulk", until)  # type: ignore[arg-type]


def outcomes(found: Arms) -> dict[str, Moments]:
    """The moments of y and d alone."""
    return {v: Moments(m.n, m.mean_y, m.ss_y, m.mean_d, m.ss_d, m.sp_yd) for v, m in found.total.items()}


def test_a_window_holds_its_first_moment_and_not_its_last(shown: Path) -> None:
    found = arms(usage(shown), bulk("count", event="save"))
    assert outcomes(found)["control"] == Moments(2, 1.0, 2.0)


def test_a_unit_that_did_nothing_counts_as_zero(shown: Path) -> None:
    found = arms(usage(shown), bulk("share", event="save"))
    assert outcomes(found)["control"] == Moments(2, 0.5, 0.5)
    assert outcomes(found)["test"] == Moments(2, 1.0, 0.0)


def test_a_sum_and_a_mean_add_up_the_value_of_a_unit(shown: Path) -> None:
    for kind in ("sum", "mean"):
        found = arms(usage(shown), bulk(kind, event="save", value="v"))
        assert outcomes(found) == {"control": Moments(2, 1.5, 4.5), "test": Moments(2, 6.0, 2.0)}


def test_a_mean_without_a_value_counts_events(shown: Path) -> None:
    assert outcomes(arms(usage(shown), bulk("mean", event="save")))["control"] == Moments(2, 1.0, 2.0)


def test_a_ratio_keeps_both_sides_and_their_product(shown: Path) -> None:
    found = arms(usage(shown), bulk("ratio", numerator="save", denominator="look"))
    assert (found.largest, found.smallest) == ({}, {})
    assert outcomes(found)["test"] == Moments(2, 1.0, 0.0, 1.5, 0.5, 0.0)
    assert outcomes(found)["control"] == Moments(2, 1.0, 2.0, 0.0, 0.0, 0.0)


def test_units_seen_in_two_variants_are_left_out_and_counted(shown: Path) -> None:
    found = arms(usage(shown), bulk("sum", event="save", value="v"))
    assert found.crossed == 1
    assert found.largest == {"control": 3.0, "test": 7.0}
    assert found.smallest == {"control": 0.0, "test": 5.0}


def test_a_unit_whose_window_is_open_is_exposed_but_not_counted(shown: Path) -> None:
    found = arms(usage(shown), bulk("count", event="save"))
    assert found.exposed == {"control": 2, "test": 3}
    assert found.total["test"].n == 2


def test_units_enter_on_the_local_day_on_which_their_window_closes(shown: Path) -> None:
    found = arms(usage(shown, timezone="Europe/Paris"), bulk("count", event="save"))
    assert [(look.day, sorted(look.arms)) for look in found.days] == [
        (date(2026, 3, 3), ["control", "test"]),
        (date(2026, 3, 4), ["control", "test"]),
    ]
    assert [look.arms["test"].n for look in found.days] == [1, 1]


def test_the_looks_add_up_to_the_total(shown: Path) -> None:
    found = arms(usage(shown), bulk("sum", event="save", value="v"))
    for variant, total in found.total.items():
        together = sum((look.arms.get(variant, EMPTY) for look in found.days), EMPTY)
        assert together == total


def test_until_cuts_the_data_off(shown: Path) -> None:
    found = arms(usage(shown), bulk("count", datetime(2026, 3, 3, 12, tzinfo=UTC), event="save"))
    assert {variant: total.n for variant, total in found.total.items()} == {"control": 1, "test": 1}
    assert found.exposed == {"control": 2, "test": 2}


def test_before_the_second_variant_was_seen_a_unit_had_not_crossed(shown: Path) -> None:
    found = arms(usage(shown), bulk("count", datetime(2026, 3, 1, 12, 30, tzinfo=UTC), event="save"))
    assert found.crossed == 0
    assert found.exposed == {"control": 1, "test": 2}
    assert outcomes(found) == {"control": EMPTY, "test": EMPTY}
    assert found.days == ()


@pytest.mark.parametrize(("timezone", "shown_at"), [("UTC", "2026-06-01 00:00"), ("Europe/London", "2026-05-31 23:00")])
def test_a_window_that_ends_at_midnight_closes_on_the_day_before(tmp_path: Path, timezone: str, shown_at: str) -> None:
    """Its end is excluded: that midnight belongs to 3 June, the last moment of the window to 2 June."""
    rows = f"'{shown_at}', 'a', 'x', {SHOWN}, 'on'", f"'{shown_at}:00.000001', 'b', 'x', {SHOWN}, 'on'"
    write_events(tmp_path / "app.parquet", *rows, "'2026-06-09', 'z', 'x', 'end', 0.0, NULL, NULL")
    found = arms(usage(tmp_path, timezone=timezone), bulk("share", event="end"))
    assert [(look.day, look.arms["on"].n) for look in found.days] == [(date(2026, 6, 2), 1), (date(2026, 6, 3), 1)]


def test_days_without_a_clock_close_no_window_after_the_until_s_own_day(tmp_path: Path) -> None:
    """Asked until the midnight after 20 March, every window that counts has closed by 20 March."""
    rows = [f"'2026-03-{day:02}', '{day}', 'x', {SHOWN}, 'on'" for day in range(1, 28)]
    write_events(tmp_path / "app.parquet", *rows, "'2026-05-01', 'z', 'x', 'end', 0.0, NULL, NULL")
    found = arms(usage(tmp_path), bulk("share", datetime(2026, 3, 21, tzinfo=UTC), event="end"))
    assert found.days[-1].day == date(2026, 3, 20)
    assert found.total["on"].n == 19


def test_an_until_after_the_data_closes_no_window_that_the_data_does_not_reach(shown: Path) -> None:
    found = arms(usage(shown), bulk("count", datetime(2026, 12, 1, tzinfo=UTC), event="save"))
    assert found.total["test"].n == 2


def test_exposure_times_are_aware_and_of_units_that_count(shown: Path) -> None:
    found = arms(usage(shown, timezone="Asia/Tokyo"), bulk("count", event="save"))
    assert found.first_exposure == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.last_exposure == datetime(2026, 3, 4, 0, 30, tzinfo=UTC)


def test_accounts_can_be_the_units(shown: Path) -> None:
    found = arms(usage(shown), bulk("sum", event="save", value="v", unit="account"))
    assert found.crossed == 1
    assert found.exposed == {"control": 1, "test": 1}
    assert outcomes(found)["control"] == Moments(1, 3.0, 0.0)


def test_winsorising_cuts_at_the_quantile_of_all_units_that_entered(shown: Path) -> None:
    """Entered are 3, 0, 5 and 7: the 0.5 quantile is 4."""
    found = arms(usage(shown), bulk("sum", event="save", value="v", winsorize=0.5))
    assert outcomes(found) == {"control": Moments(2, 1.5, 4.5), "test": Moments(2, 4.0, 0.0)}
    assert found.largest == {"control": 3.0, "test": 4.0}
    assert found.smallest == {"control": 0.0, "test": 4.0}


def test_where_limits_what_a_unit_did(shown: Path) -> None:
    found = arms(usage(shown), bulk("share", event="save", where="v > 6"))
    assert outcomes(found)["test"] == Moments(2, 0.5, 0.5)


def test_flag_and_variant_are_read_from_the_json_properties(tmp_path: Path) -> None:
    write(
        tmp_path / "app.parquet",
        """SELECT t::TIMESTAMPTZ AS ts, u AS user_id, e AS event, p AS properties FROM (VALUES
        ('2026-03-01 10:00', 'a', '$feature_flag_called', '{"$feature_flag":"bulk","$feature_flag_response":true}'),
        ('2026-03-01 11:00', 'a', 'save', '{}'),
        ('2026-03-01 10:00', 'b', '$feature_flag_called', '{"$feature_flag":"bulk","$feature_flag_response":false}'),
        ('2026-03-05 10:00', 'b', 'save', NULL)) AS v(t, u, e, p)""",
    )
    found = arms(usage(tmp_path), bulk("count", event="save"))
    assert outcomes(found) == {"false": Moments(1, 0.0, 0.0), "true": Moments(1, 1.0, 0.0)}


def test_an_event_that_happened_outside_every_window_is_a_plain_zero(shown: Path) -> None:
    found = arms(usage(shown), bulk("count", event="save", where="v > 300"))
    assert outcomes(found)["test"] == Moments(2, 0.0, 0.0)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (bulk("ratio", numerator="save", denominator="look", winsorize=0.9), "a ratio can't be cut at one side"),
        (ArmsQuestion(metric("count", event="save"), "bulc"), "was exposed to the flag `bulc`; did you mean `bulk`?"),
        (bulk("count", event="sve"), "no event `sve` ever happened in `app`; did you mean `save`?"),
        (bulk("sum", event="save", value="value"), "`app` has no column `value`"),
    ],
)
def test_a_question_that_does_not_fit_is_answered_with_the_reason(
    shown: Path, question: ArmsQuestion, reason: str
) -> None:
    assert reason in failure(usage(shown), question)


def test_a_table_that_never_exposes_anyone_says_which_event_is_missing(shown: Path) -> None:
    table = EventsTable("app", "app.parquet", "user_id", "ts", "event", exposure="Exposed")
    assert "`Exposed` never happened" in failure(usage(shown, table), bulk("count", event="save"))


def test_before_anyone_was_exposed_there_is_nothing_to_compare(shown: Path) -> None:
    question = bulk("count", datetime(2026, 3, 1, 9, 59, 30, tzinfo=UTC), event="save")
    assert "no unit of `app` was exposed to the flag `bulk` by then" in failure(usage(shown), question)


@settings(max_examples=20, deadline=None)
@given(
    values=st.lists(
        st.tuples(st.sampled_from(["on", "off"]), st.integers(-50, 50), st.integers(0, 9)), min_size=1, max_size=30
    )
)
def test_moments_are_those_that_numpy_finds(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[str, int, int]]
) -> None:
    root = tmp_path_factory.mktemp("moments")
    rows = [f"'2026-03-0{1 + n % 3} 10:00', 'u{n}', 'x', {SHOWN}, '{v}'" for n, (v, _, _) in enumerate(values)]
    rows += [f"'2026-03-0{1 + n % 3} 11:00', 'u{n}', 'x', 's', {y}, NULL, NULL" for n, (_, y, _) in enumerate(values)]
    rows += ["'2026-03-09 10:00', 'z', 'x', 'end', 0.0, NULL, NULL"]
    write_events(root / "app.parquet", *rows)
    found = arms(usage(root), bulk("sum", event="s", value="v"))
    for variant in found.total:
        y = np.array([value for name, value, _ in values if name == variant], dtype=np.float64)
        moments = found.total[variant]
        assert moments.n == len(y)
        np.testing.assert_allclose([moments.mean_y, moments.ss_y], [y.mean(), y.var() * len(y)], atol=1e-9)
        assert (found.largest[variant], found.smallest[variant]) == (y.max(), y.min())
