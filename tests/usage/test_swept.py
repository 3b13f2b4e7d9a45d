"""Windows by running sums give what the whole query gives, to the last bit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.model.metric import Metric
from aftermerge.model.plan import ArmsQuestion
from aftermerge.usage.asked import Asked
from aftermerge.usage.dialects import write
from aftermerge.usage.engines import Engines, Places, opened
from aftermerge.usage.engines.duck import Duck
from aftermerge.usage.engines.duck.swept import Swept
from aftermerge.usage.rows import Rows
from aftermerge.usage.sweep.running_sums import RunningSums
from aftermerge.usage.windows.exposures import ask_exposures
from support import usage as written
from support.many_questions import EVERY, METRICS, folder
from support.usage import EVENTS, answers, failure, metric, nobody_wrote, usage

ENOUGH = 2**30


@contextmanager
def engines(root: Path) -> Iterator[Engines]:
    with opened(Places((EVENTS,), root, "Europe/London", nobody_wrote)) as found:
        yield found


def asked(found: Engines, *questions: ArmsQuestion) -> tuple[Asked, ...]:
    return ask_exposures(found.open(EVENTS), EVENTS, questions).asked


def swept(found: Engines, one: Asked, most_bytes: int = ENOUGH) -> Rows | None:
    assert one.sweep is not None
    files = found.embedded.parquet_files(EVENTS)
    return Swept(found.embedded.connection, found.embedded.rows, files, most_bytes).rows(one.sweep())


def whole(found: Engines, one: Asked) -> Rows:
    return found.embedded.rows(write(one.statement))


def same(left: Rows | None, right: Rows) -> None:
    assert left is not None
    assert list(left.columns) == list(right.columns)
    for name in right.columns:
        assert left.texts(name) == right.texts(name), name


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("swept"))


@settings(max_examples=15, deadline=None)
@given(
    questions=st.lists(st.sampled_from(EVERY), min_size=1, max_size=25, unique_by=lambda each: each.key),
    most_bytes=st.sampled_from([1, 5_000, ENOUGH]),
)
def test_any_questions_get_the_rows_of_the_whole_query(
    root: Path, questions: list[ArmsQuestion], most_bytes: int
) -> None:
    with engines(root) as found:
        for one in asked(found, *questions):
            if one.sweep is not None:
                same(swept(found, one, most_bytes), whole(found, one))


def test_all_kinds_but_quantiles_are_added_up_this_way(root: Path) -> None:
    with engines(root) as found:
        by_sweep = {one.sweep is not None: one.questions for one in asked(found, *EVERY)}
    assert {question.metric.kind for question in by_sweep[False]} == {"quantile"}


def test_more_metrics_than_one_number_has_bits(root: Path) -> None:
    many = [metric("count", name=f"m{n}", event="open", where=f"n >= {n / 10}", window_days=3) for n in range(70)]
    with engines(root) as found:
        (one,) = asked(found, *(ArmsQuestion(each, "bulk") for each in many))
        same(swept(found, one), whole(found, one))


def test_what_is_asked_of_files_is_added_up_this_way(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with engines(root) as found:
        (one,) = asked(found, ArmsQuestion(METRICS[0], "bulk"))
        text = write(one.statement)
        ran, rows = list[str](), Duck.rows

        def seen(duck: Duck, query: str) -> Rows:
            ran.append(query)
            return rows(duck, query)

        monkeypatch.setattr(Duck, "rows", seen)
        found.run(one, text)
    assert ran
    assert text not in ran


def test_memory_that_is_used_up_beside_the_engine_leaves_it_to_the_whole_query(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise MemoryError

    with engines(root) as found:
        (one,) = asked(found, ArmsQuestion(METRICS[0], "bulk"))
        monkeypatch.setattr(RunningSums, "add", none)
        assert swept(found, one) is None
        same(found.run(one, write(one.statement)), whole(found, one))


def test_a_time_beyond_all_calendars_fails_its_own_experiment_in_words(tmp_path: Path) -> None:
    pays(tmp_path, "4.0", more=("'58000-01-01', 'c', NULL, '$feature_flag_called', 0, 'far', 'on'",))
    found = answers(usage(tmp_path), [ArmsQuestion(paid(), "bulk"), ArmsQuestion(paid(), "far")])
    assert [question.key for question in (ArmsQuestion(paid(), "bulk"),)] == list(found.arms)
    assert list(found.failed.values()) == ["some times are beyond the year 9999; see in which unit `time` counts"]


def test_a_funnel_alone_adds_nothing_up(root: Path) -> None:
    (funnel,) = (each for each in METRICS if each.kind == "funnel")
    with engines(root) as found:
        (one,) = asked(found, ArmsQuestion(funnel, "bulk"))
    assert one.sweep is None


def test_a_flag_that_nobody_met_gives_no_rows(root: Path) -> None:
    with engines(root) as found:
        (one,) = asked(found, ArmsQuestion(METRICS[0], "nobody"))
        same(swept(found, one), whole(found, one))


@pytest.mark.parametrize("value", ["'inf'::DOUBLE", "2e300"])
def test_what_does_not_add_up_is_left_to_the_whole_query(tmp_path: Path, value: str) -> None:
    pays(tmp_path, value)
    with engines(tmp_path) as found:
        (one,) = asked(found, ArmsQuestion(paid(), "bulk"))
        assert swept(found, one) is None
        assert found.run(one, write(one.statement)).texts("units") == whole(found, one).texts("units")


def test_an_event_at_the_end_of_time_is_in_no_window(tmp_path: Path) -> None:
    pays(tmp_path, "4.0", more=("'infinity', 'a', NULL, 'pay', 1.0, NULL, NULL",))
    with engines(tmp_path) as found:
        (one,) = asked(found, ArmsQuestion(paid(), "bulk"))
        same(swept(found, one), whole(found, one))


def test_an_engine_that_fails_half_way_says_why_as_ever(tmp_path: Path) -> None:
    pays(tmp_path, "4.0")
    (tmp_path / "app.parquet").rename(tmp_path / "rows.parquet")
    found = usage(tmp_path, replace(EVENTS, table="rows.parquet"))
    assert answers(found, [ArmsQuestion(paid(), "bulk")]).arms
    content = bytearray((tmp_path / "rows.parquet").read_bytes())
    content[4:60] = bytes(56)
    (tmp_path / "rows.parquet").write_bytes(bytes(content))
    assert "`app` can't be asked: " in failure(found, ArmsQuestion(paid(), "bulk"))


def test_nothing_is_left_behind_in_the_engine(root: Path) -> None:
    with engines(root) as found:
        (one,) = asked(found, ArmsQuestion(METRICS[0], "bulk"))
        for _ in range(2):
            swept(found, one)
        assert not found.embedded.rows("FROM duckdb_tables()").columns["table_name"].size


def test_an_insert_that_fails_leaves_nothing_behind_in_the_engine(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aftermerge.usage.engines.duck.swept._MORE_SUMS", "INSERT INTO nowhere")
    with engines(root) as found:
        (one,) = asked(found, ArmsQuestion(METRICS[0], "bulk"))
        assert swept(found, one) is None
        views = "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        assert not found.embedded.rows(views).columns["view_name"].size


def test_one_who_did_more_than_the_square_root_of_what_is_kept_is_added_up_this_way(tmp_path: Path) -> None:
    written.write(
        tmp_path / "app.parquet",
        """SELECT TIMESTAMP '2026-03-05' AS ts, 'a' AS user_id, 'pay' AS event, NULL::VARCHAR AS account_id, 1.0 AS v,
            NULL::VARCHAR AS "$feature_flag", NULL::VARCHAR AS "$feature_flag_response" FROM range(70_000)
        UNION ALL SELECT '2026-03-04', 'a', '$feature_flag_called', NULL, 0, 'bulk', 'on'
        UNION ALL SELECT '2026-03-20', 'b', 'pay', NULL, 0, NULL, NULL""",
    )
    with engines(tmp_path) as found:
        (one,) = asked(found, ArmsQuestion(metric("count", event="pay", window_days=3), "bulk"))
        same(swept(found, one), whole(found, one))


def test_values_over_many_orders_of_magnitude_keep_every_bit(tmp_path: Path) -> None:
    users, rng = "ab", np.random.default_rng(5)
    values = np.exp(rng.uniform(-30, 30, 300)) * rng.choice([-1, 1], 300)
    rows = [(f"'2026-03-0{1 + n % 8}', '{users[n % 2]}'", value) for n, value in enumerate(values.tolist())]
    pays(tmp_path, "4.0", more=tuple(f"{head}, NULL, 'pay', {value!r}, NULL, NULL" for head, value in rows))
    with engines(tmp_path) as found:
        (one,) = asked(found, ArmsQuestion(paid(), "bulk"))
        same(swept(found, one), whole(found, one))


@pytest.mark.parametrize("most_bytes", [ENOUGH, 2**25])
def test_so_many_units_that_threads_share_them_each_keep_what_is_theirs(tmp_path: Path, most_bytes: int) -> None:
    written.write(tmp_path / "app.parquet", _CROWD)
    with engines(tmp_path) as found:
        found.embedded.connection.execute("SET threads = 4")
        counted = metric("count", event="pay", window_days=3)
        (one,) = asked(found, ArmsQuestion(paid(), "bulk"), ArmsQuestion(counted, "bulk"))
        same(swept(found, one, most_bytes), whole(found, one))


_CROWD = """
    SELECT TIMESTAMP '2026-03-01' + INTERVAL 1 HOUR * (hash(n, event) % 200) AS ts, 'u' || hash(n) AS user_id, event,
        NULL::VARCHAR AS account_id, n / 7 AS v, if(event = 'pay', NULL, 'bulk') AS "$feature_flag",
        if(event = 'pay', NULL, if(n % 2 = 0, 'on', 'off')) AS "$feature_flag_response"
    FROM range(300_000) AS units(n), (VALUES ('$feature_flag_called'), ('pay')) AS events(event)
    UNION ALL SELECT TIMESTAMP '2026-04-20', 'last', 'pay', NULL, 1, NULL, NULL
"""
"""More units than stand in one row group, each with a value of its own; the file is in the order of nothing."""


def paid() -> Metric:
    return metric("sum", name="paid", event="pay", value="v", window_days=3)


def pays(root: Path, value: str, more: tuple[str, ...] = ()) -> None:
    """Two units, of which one pays."""
    written.write_events(
        root / "app.parquet",
        "'2026-03-04', 'a', NULL, '$feature_flag_called', 0, 'bulk', 'on'",
        "'2026-03-04', 'b', NULL, '$feature_flag_called', 0, 'bulk', 'off'",
        f"'2026-03-05', 'a', NULL, 'pay', {value}, NULL, NULL",
        "'2026-03-20', 'b', NULL, 'open', 0, NULL, NULL",
        *more,
    )
