"""A units table of which it is known that each unit stands in one row, and how far its columns reach."""

from dataclasses import astuple
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.plan import Arms, ArmsQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.stats.moments import Moments
from aftermerge.usage.grids import fixed_grids
from support.usage import arms, failure, metric, usage, write

TABLE = UnitsTable("units", "units.parquet", unit="id", variant="variant", flag="gate")
IDS = {
    "sorted": "i",
    "shuffled": "(i * 7919) % 10007",
    "below 0": "i - 2500",
    "wide": "i::BIGINT * 1000003 % 9999991",
    "hashed": "hash(i)",
    "text": "'u' || i",
    "uuid": "md5('u' || i)::UUID",
}
ROWS = """SELECT {id} AS id, CASE WHEN i % 2 = 0 THEN 'on' ELSE 'off' END AS variant,
    sin(i) * 50 + 50 AS y, CASE WHEN i % 7 > 0 THEN cos(i) END AS x FROM range(5000) AS t(i)"""
DOUBLED = " UNION ALL SELECT {id}, '{variant}', 50, 0 FROM (SELECT 5000 AS i FROM range(2)) AS t"
CROSSED = " UNION ALL SELECT {id}, unnest(['on', 'on', 'off']), 50, 0 FROM (SELECT 5000 AS i) AS t"
PERHAPS_NULL = """SELECT i AS id, ['on', 'off'][1 + i % 2] AS variant,
    (CASE WHEN i % 8 >= {y} THEN i % 100 END)::{kind} AS y, (CASE WHEN i % 9 >= {d} THEN i * 2 % 100 END)::{kind} AS d,
    (CASE WHEN i % 10 >= {x} THEN i * 3 % 100 END)::{kind} AS x FROM range(1000) AS t(i)"""
CROSSED_ONES = "SELECT -1, unnest(['on', 'off']), 1::{kind}, 1::{kind}, 1::{kind}"
QUESTION = ArmsQuestion(metric("mean", "units", column="y", covariate="x"), "gate")


def asked(root: Path, select: str, question: ArmsQuestion = QUESTION) -> Arms:
    write(root / "units.parquet", select)
    return arms(usage(root, TABLE), question)


@pytest.mark.parametrize("of", IDS)
def test_nobody_is_looked_for_where_each_unit_stands_in_one_row(tmp_path: Path, of: str) -> None:
    found = asked(tmp_path, ROWS.format(id=IDS[of]))
    assert "doubled" not in found.sql
    assert "ranges" not in found.sql
    assert found.crossed == 0


@pytest.mark.parametrize("of", IDS)
def test_a_unit_of_two_variants_is_found_whatever_tells_units_apart(tmp_path: Path, of: str) -> None:
    found = asked(tmp_path, (ROWS + CROSSED).format(id=IDS[of]))
    assert found.crossed == 1
    assert found.exposed == {"off": 2500, "on": 2500}


@pytest.mark.parametrize("of", IDS)
def test_a_unit_in_two_rows_of_a_variant_is_refused_whatever_tells_units_apart(tmp_path: Path, of: str) -> None:
    write(tmp_path / "units.parquet", (ROWS + DOUBLED).format(id=IDS[of], variant="on"))
    assert "1 units of `units` stand in more than one row" in failure(usage(tmp_path, TABLE), QUESTION)


def test_what_is_known_before_changes_the_answer_by_its_last_digits_at_most(tmp_path: Path) -> None:
    """The crossed unit makes the query find out all by itself."""
    short, long = (asked(tmp_path, (ROWS + more).format(id="i")) for more in ("", CROSSED))
    assert "ranges" in long.sql
    for variant in ("off", "on"):
        np.testing.assert_allclose(astuple(short.total[variant]), astuple(long.total[variant]), rtol=1e-12)


@pytest.mark.parametrize("null", ["", "y", "d", "x", "yd", "yx", "ydx"])
@pytest.mark.parametrize("kind", ["INTEGER", "BIGINT", "DOUBLE"])
@pytest.mark.parametrize("asks", ["yx", "yd"])
def test_which_columns_have_a_null_changes_no_answer(tmp_path: Path, null: str, kind: str, asks: str) -> None:
    """The crossed unit makes the query look for all who lack a value."""
    mean = metric("mean", "units", column="y", covariate="x")
    ratio = metric("ratio", "units", numerator="y", denominator="d")
    values = {of: int(of in null) for of in "ydx"}
    rows, crossed = (select.format(kind=kind, **values) for select in (PERHAPS_NULL, " UNION ALL " + CROSSED_ONES))
    question = ArmsQuestion(mean if asks == "yx" else ratio, "gate")
    short, long = (asked(tmp_path, rows + more, question) for more in ("", crossed))
    assert ("CASE" in short.sql) == bool(set(null) & set(asks))
    for variant in ("off", "on"):
        np.testing.assert_allclose(astuple(short.total[variant]), astuple(long.total[variant]), rtol=1e-12)


@pytest.mark.parametrize("of", ["y", "x"])
def test_what_is_no_number_is_left_out_where_the_writer_of_a_file_keeps_silent_about_it(
    tmp_path: Path, of: str
) -> None:
    """Arrow names a column's reach without what is no number, and the engine believes it."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    values = {name: np.arange(1000) % 7.0 for name in ("y", "x")}
    values[of][::10] = np.nan
    variants = np.where(np.arange(1000) % 4 < 2, "on", "off")
    parquet.write_table(arrow.table({"id": np.arange(1000), "variant": variants, **values}), tmp_path / "units.parquet")
    found = arms(usage(tmp_path, TABLE), QUESTION).total["on"]
    known = values["y"][variants == "on"]
    assert found.n == np.isfinite(known).sum()
    assert found.mean_y == pytest.approx(np.nanmean(known), rel=1e-12)


def test_units_without_a_variant_may_stand_in_several_rows(tmp_path: Path) -> None:
    more = " UNION ALL SELECT 1, NULL, 1e9, 0 UNION ALL SELECT NULL, 'on', 1e9, 0 UNION ALL SELECT NULL, 'on', 1e9, 0"
    found = asked(tmp_path, ROWS.format(id="i") + more)
    assert "doubled" not in found.sql
    assert found.exposed == {"off": 2500, "on": 2500}


def test_a_value_that_is_no_number_is_left_out_where_units_stand_alone(tmp_path: Path) -> None:
    found = asked(tmp_path, ROWS.format(id="i") + " UNION ALL SELECT -1, 'on', 'NaN'::DOUBLE, 0")
    assert "doubled" not in found.sql
    assert found.total["on"].n == 2500


def test_an_infinite_value_is_refused_where_units_stand_alone(tmp_path: Path) -> None:
    write(tmp_path / "units.parquet", ROWS.format(id="i") + " UNION ALL SELECT -1, 'on', 'inf'::DOUBLE, 0")
    assert "infinite" in failure(usage(tmp_path, TABLE), QUESTION)


def test_a_column_without_any_value_has_no_moments(tmp_path: Path) -> None:
    select = "SELECT i AS id, 'on' AS variant, NULL::DOUBLE AS y, 1.5 AS x FROM range(3) AS t(i)"
    assert asked(tmp_path, select).total["on"].n == 0


def test_decimals_are_added_up_on_the_same_grids(tmp_path: Path) -> None:
    select = "SELECT i AS id, 'on' AS variant, (i / 4)::DECIMAL(9, 2) AS y, NULL::DOUBLE AS x FROM range(5) AS t(i)"
    question = ArmsQuestion(metric("mean", "units", column="y"), "gate")
    assert asked(tmp_path, select, question).total == {"on": Moments(5, 0.5, 0.625)}


def test_a_file_of_text_is_asked_alike(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("id,variant,y\na,on,0.5\nb,on,1.5\n")
    table = UnitsTable("units", "units.csv", unit="id", variant="variant", flag="gate")
    question = ArmsQuestion(metric("mean", "units", column="y"), "gate")
    assert arms(usage(tmp_path, table), question).total == {"on": Moments(2, 1.0, 0.5)}


@given(st.lists(st.floats(-1e50, 1e50), min_size=1, max_size=50), st.randoms(use_true_random=False))
def test_numbers_on_a_fixed_grid_add_up_alike_in_any_order(values: list[float], random: Random) -> None:
    grids = fixed_grids({"y": (min(values), max(values))}, [("y", "y")], len(values))
    centred = np.array(values) - grids["k_y"]
    for name, numbers in (("grid_y", centred), ("grid_yy", centred * centred)):
        gridded = ((numbers + grids[name]) - grids[name]).tolist()
        shuffled = list(gridded)
        random.shuffle(shuffled)
        assert sum(gridded) == sum(shuffled)


@pytest.mark.parametrize("reach", [(0.0, float("inf")), (float("nan"), 1.0), (-1e200, 0.0)])
def test_no_grid_is_fixed_for_values_too_far_out(reach: tuple[float, float]) -> None:
    assert fixed_grids({"y": reach}, [("y", "y")], 3) == {}
