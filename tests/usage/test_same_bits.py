"""The same data gives the same bits, in whatever order the engine adds up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pytest

from aftermerge.model.plan import Answers, ArmsQuestion, Plan
from aftermerge.model.table import UnitsTable
from aftermerge.stats.moments import Moments
from aftermerge.usage.answer import answer_with
from aftermerge.usage.engines import Engines, Places, opened
from support.usage import EVENTS, arms, metric, nobody_wrote, usage, write

UNITS = UnitsTable("units", "units.parquet", unit="id", variant="variant", flag="bulk")
N = 200_000


@contextmanager
def eight_threads(root: Path) -> Iterator[Engines]:
    with opened(Places((UNITS, EVENTS), root, "UTC", nobody_wrote, {})) as engine:
        engine.embedded.connection.execute("SET threads = 8")
        yield engine


def runs(root: Path, question: ArmsQuestion, times: int) -> list[dict[str, Moments]]:
    with eight_threads(root) as engine:
        found: list[Answers] = [answer_with(engine, Plan((question,))) for _ in range(times)]
    return [dict(each.arms[question.key].total) for each in found]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Values over twelve orders of magnitude, and small row groups, which the threads take as they come."""
    root = tmp_path_factory.mktemp("bits")
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")
        connection.execute("SELECT setseed(0.25)")
        connection.execute(
            f"""COPY (SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'on' ELSE 'off' END AS variant,
            exp(10 * random() - 5) * random() AS y, exp(30 * random() - 15) AS x
            FROM range({N}) AS t(i)) TO '{root / "units.parquet"}' (FORMAT parquet, ROW_GROUP_SIZE 4096)"""  # noqa: S608 - a path of our own
        )
    write(
        root / "app.parquet",
        """SELECT TIMESTAMP '2026-03-01' + INTERVAL 1 HOUR * (i % 40) AS ts, i % 5000 AS user_id,
        CASE WHEN i < 5000 THEN '$feature_flag_called' ELSE 'pay' END AS event,
        exp(20 * random() - 10) AS v, 'bulk' AS "$feature_flag",
        CASE WHEN i % 2 = 0 THEN 'on' ELSE 'off' END AS "$feature_flag_response" FROM range(100000) AS t(i)
        UNION ALL SELECT TIMESTAMP '2026-04-01', 0, 'end', 0, NULL, NULL""",
    )
    return root


def test_twenty_runs_over_units_give_the_same_bits(root: Path) -> None:
    question = ArmsQuestion(metric("mean", "units", column="y", covariate="x"), "bulk")
    first, *others = runs(root, question, 20)
    assert all(each == first for each in others)


def test_runs_over_events_give_the_same_bits(root: Path) -> None:
    first, *others = runs(root, ArmsQuestion(metric("sum", event="pay", value="v", window_days=1), "bulk"), 5)
    assert all(each == first for each in others)


def test_what_is_rounded_away_is_far_below_the_standard_error(root: Path) -> None:
    found = arms(usage(root, UNITS), ArmsQuestion(metric("mean", "units", column="y", covariate="x"), "bulk")).total
    with duckdb.connect(":memory:") as connection:
        path = root / "units.parquet"
        columns = connection.read_parquet(str(path)).filter("variant = 'on'").order("id").fetchnumpy()
    y, x = (np.asarray(columns[name], dtype=np.longdouble) for name in ("y", "x"))
    error = float(y.std() / len(y) ** 0.5)
    assert abs(found["on"].mean_y - float(y.mean())) < 1e-9 * error
    y, x = y - y.mean(), x - x.mean()
    got = [found["on"].ss_y, found["on"].ss_x]
    np.testing.assert_allclose(got, np.array([(y * y).sum(), (x * x).sum()], dtype=np.float64), rtol=1e-9)
    assert abs(found["on"].sp_yx - float((x * y).sum())) < 1e-9 * (got[0] * got[1]) ** 0.5


def test_a_large_mean_costs_no_digits(tmp_path: Path) -> None:
    """Values 10⁹ + {0, 0.25, …}: squares about their mean would be lost in squares about 0."""
    select = "SELECT i AS id, 'on' AS variant, 1e9 + (i % 5) * 0.25 AS y FROM range(1000) AS t(i)"
    write(tmp_path / "units.parquet", select)
    found = arms(usage(tmp_path, UNITS), ArmsQuestion(metric("mean", "units", column="y"), "bulk")).total["on"]
    assert found == Moments(1000, 1e9 + 0.5, 125.0)


def test_whole_numbers_are_added_up_exactly(tmp_path: Path) -> None:
    select = "SELECT i AS id, 'on' AS variant, (2000000000 + i % 3)::INTEGER AS y FROM range(3000) AS t(i)"
    write(tmp_path / "units.parquet", select)
    found = arms(usage(tmp_path, UNITS), ArmsQuestion(metric("mean", "units", column="y"), "bulk")).total["on"]
    assert found == Moments(3000, 2_000_000_001.0, 2000.0)


def test_an_arm_without_any_spread_beside_one_with_has_none(tmp_path: Path) -> None:
    select = """SELECT i AS id, CASE WHEN i % 2 = 0 THEN 'on' ELSE 'off' END AS variant,
        CASE WHEN i % 2 = 0 THEN 0.1 ELSE i / 7.0 END::DOUBLE AS y FROM range(1000) AS t(i)"""
    write(tmp_path / "units.parquet", select)
    found = arms(usage(tmp_path, UNITS), ArmsQuestion(metric("mean", "units", column="y"), "bulk")).total["on"]
    assert found.ss_y == 0.0
    assert found.mean_y == 0.1
