"""Published numbers of real experiments."""

from pathlib import Path

import pytest
from benchmarks.experiments import asos_counts, asos_failing, asos_failing_at_any_look, cookie_cats, report, rows_of

from support.real_data import real_data


@pytest.fixture(scope="module")
def folder() -> Path:
    return real_data("experiments").parent


def test_twelve_of_asos_s_ninety_nine_variants_fail_a_fifty_fifty_split(folder: Path) -> None:
    assert (asos_failing(folder), len(asos_counts(folder))) == (12, 99)


def test_the_running_check_blocks_those_that_failed_at_any_look(folder: Path) -> None:
    assert asos_failing_at_any_look(folder) == 13


def test_cookie_cats_players_come_back_as_often_as_published(folder: Path) -> None:
    shares = [(round(100 * first / n, 2), round(100 * seventh / n, 2)) for n, first, seventh in cookie_cats(folder)]
    assert shares == [(44.82, 19.02), (44.23, 18.20)]


def test_the_table_has_ours_beside_the_published(folder: Path) -> None:
    rows = [row for row in rows_of(folder) if row.published != "–"]
    assert [row.ours for row in rows] == [row.published for row in rows]
    assert report(rows).count("\n") == len(rows) + 1
