"""A value far above all others stands in one group, and costs the other groups no digit."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from aftermerge.model.plan import Arms, ArmsQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.stats.moments import Moments
from aftermerge.usage.grids import PRECISION, are_coarse, fixed_grids
from support.usage import EVENTS, arms, metric, usage, write

Floats = NDArray[np.float64]
UNITS = UnitsTable("units", "units.parquet", unit="id", variant="variant", flag="bulk")
N = 9000
GIANTS = (1e3, 1e6, 3e7, 1e10, 1e15, 1e30)
ROWS = """SELECT i AS id, CASE WHEN i = 2 THEN {giant} ELSE 10 * exp(random() + random()) END AS y,
    CASE WHEN i = 2 THEN {giant} ELSE 5 + random() END AS x, ['control', 'b', 'c'][1 + i % 3] AS variant,
    CASE WHEN i % 10 < 7 AND i <> 2 THEN 'free' ELSE 'paid' END AS plan FROM range({n}) AS t(i)"""
CROSSED = " UNION ALL SELECT {n} + 1, 1.0, 1.0, variant, 'free' FROM (VALUES ('b'), ('c')) AS t(variant)"


def seeded(path: Path, select: str) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")
        connection.execute("SELECT setseed(0.25)")
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


def columns_of(path: Path, where: str) -> tuple[Floats, Floats]:
    with duckdb.connect(":memory:") as connection:
        found = connection.read_parquet(str(path)).filter(where).fetchnumpy()
    return np.asarray(found["y"], dtype=np.float64), np.asarray(found["x"], dtype=np.float64)


def assert_exact(found: Moments, y: Floats, x: Floats) -> None:
    """Mean, variance and covariance to 10⁻⁹ of the standard errors."""
    long_y, long_x = (np.asarray(values, dtype=np.longdouble) for values in (y, x))
    dy, dx = long_y - long_y.mean(), long_x - long_x.mean()
    ss_y, ss_x = float((dy * dy).sum()), float((dx * dx).sum())
    assert found.n == len(y)
    assert abs(found.mean_y - float(long_y.mean())) <= PRECISION * ss_y**0.5 / len(y) + 1e-15 * abs(found.mean_y)
    assert found.ss_y == pytest.approx(ss_y, rel=2 * PRECISION)
    assert found.ss_x == pytest.approx(ss_x, rel=2 * PRECISION)
    assert abs(found.sp_yx - float((dy * dx).sum())) <= 2 * PRECISION * (ss_y * ss_x) ** 0.5


def of_units(tmp_path: Path, giant: float, more: str = "", **keys: object) -> Arms:
    seeded(tmp_path / "units.parquet", (ROWS + more).format(giant=f"{giant!r}::DOUBLE", n=N))
    question = ArmsQuestion(metric("mean", "units", column="y", covariate="x", **keys), "bulk")  # type: ignore[arg-type]
    return arms(usage(tmp_path, UNITS), question)


def assert_exact_by(path: Path, column: str, found: Mapping[str, Moments], also: str = "TRUE") -> None:
    for name, moments in found.items():
        assert_exact(moments, *columns_of(path, f"{column} = '{name}' AND {also}"))


@pytest.mark.parametrize("giant", GIANTS)
def test_a_giant_in_one_variant_costs_the_others_no_digit(tmp_path: Path, giant: float) -> None:
    found = of_units(tmp_path, giant)
    assert_exact_by(tmp_path / "units.parquet", "variant", found.total)


@pytest.mark.parametrize("giant", GIANTS)
def test_nor_where_units_were_crossed_and_left_out(tmp_path: Path, giant: float) -> None:
    found = of_units(tmp_path, giant, CROSSED)
    assert found.crossed == 1
    assert_exact_by(tmp_path / "units.parquet", "variant", found.total, f"id < {N}")


@pytest.mark.parametrize("giant", GIANTS)
def test_a_giant_in_one_segment_costs_the_others_no_digit(tmp_path: Path, giant: float) -> None:
    found, path = of_units(tmp_path, giant, segment="plan"), tmp_path / "units.parquet"
    assert_exact_by(path, "variant", found.total)
    for segment, of_segment in found.segments.items():
        assert_exact_by(path, "variant", of_segment, f"plan = '{segment}'")


def test_units_are_asked_on_the_grids_of_their_columns_where_those_are_fine_enough(tmp_path: Path) -> None:
    assert "ranges" not in of_units(tmp_path, 1e3).sql
    assert "ranges" in of_units(tmp_path, 1e15).sql


@pytest.mark.parametrize("giant", GIANTS[:-1])
def test_a_giant_event_costs_the_units_of_other_variants_and_days_no_digit(tmp_path: Path, giant: float) -> None:
    """Unit 1 has the giant; all units of `on` are others, and those of `off` that came on later days."""
    write(
        tmp_path / "app.parquet",
        f"""SELECT TIMESTAMP '2026-03-02 00:15:00' + INTERVAL 1 HOUR * (i % 60) AS ts, i AS user_id,
        '$feature_flag_called' AS event, 0.0 AS v, 'bulk' AS "$feature_flag",
        CASE WHEN i % 2 = 0 THEN 'on' ELSE 'off' END AS "$feature_flag_response" FROM range(600) AS t(i) UNION ALL
        SELECT TIMESTAMP '2026-03-02 00:30:00' + INTERVAL 1 HOUR * (i % 60), i % 600, 'pay',
        CASE WHEN i = 1 THEN {giant!r}::DOUBLE ELSE (i * 7919 % 1000) / 7.0 END, NULL, NULL FROM range(3000) AS t(i)
        UNION ALL SELECT TIMESTAMP '2026-04-01', -1, 'end', 0, NULL, NULL""",  # noqa: S608 - numbers of our own
    )
    question = ArmsQuestion(metric("sum", event="pay", value="v", window_days=1), "bulk")
    found = arms(usage(tmp_path, EVENTS), question)
    paid = np.zeros(600)
    np.add.at(paid, np.arange(3000) % 600, np.where(np.arange(3000) == 1, giant, np.arange(3000) * 7919 % 1000 / 7.0))
    on, day = np.arange(600) % 2 == 0, np.arange(600) % 60 // 24
    assert_exact(found.total["on"], paid[on], np.zeros(300))
    for look, closed in enumerate(found.days):
        assert_exact(closed.arms["on"], paid[on & (day == look)], np.zeros(int((on & (day == look)).sum())))
        if look:
            assert_exact(closed.arms["off"], paid[~on & (day == look)], np.zeros(int((~on & (day == look)).sum())))


def test_grids_are_too_coarse_where_a_spread_is_far_below_their_reach() -> None:
    grids = fixed_grids({"y": (0.0, 1e12)}, [("y", "y")], N)
    fine, n = (grids["fine_y"], grids["fine_yy"]), np.array([3e3])
    assert are_coarse(fine, n, n * 2.0, n * 1.0).tolist() == [True]
    assert are_coarse(fine, n, n * 2e12, n * 1e12).tolist() == [False]


def test_grids_are_too_coarse_where_a_mean_is_far_from_the_centre() -> None:
    """Σ(y - k)² is 10¹² times Σ(y - ȳ)²: of 16 digits 4 are left."""
    grids = fixed_grids({"y": (0.0, 1e6)}, [("y", "y")], N)
    fine, n = (grids["fine_y"], grids["fine_yy"]), np.array([3e3])
    assert are_coarse(fine, n, n * 1e12, n * 1.0).tolist() == [True]
