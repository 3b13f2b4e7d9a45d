"""A metric by variant over a units table."""

from pathlib import Path

import pytest

from aftermerge.model.plan import ArmsQuestion, SeriesQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.stats.moments import Moments
from support.usage import arms, failure, metric, usage, write_values

CATS = UnitsTable("cats", "cats.parquet", unit="id", variant="version", flag="gate")
COLUMNS = "id BIGINT, version VARCHAR, kept BOOLEAN, rounds DOUBLE, paid DOUBLE, country VARCHAR"


@pytest.fixture
def cats(tmp_path: Path) -> Path:
    """Unit 5 was seen in both variants; 4 has no value for `kept`, 7 none for `rounds`."""
    write_values(
        tmp_path / "cats.parquet",
        COLUMNS,
        "1, 'old', true, 2.0, 1.0, 'fr'",
        "2, 'old', false, 4.0, 3.0, 'fr'",
        "3, 'new', true, 6.0, 2.0, 'de'",
        "4, 'new', NULL, 100.0, 4.0, 'de'",
        "5, 'old', true, 900.0, 9.0, 'fr'",
        "5, 'new', true, 900.0, 9.0, 'fr'",
        "6, NULL, true, 900.0, 9.0, 'fr'",
        "7, 'new', false, 'NaN'::DOUBLE, 6.0, 'fr'",
    )
    return tmp_path


def gate(kind: str, **keys: object) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, "cats", **keys), "gate")  # type: ignore[arg-type]


def test_a_share_leaves_out_units_whose_value_is_not_known(cats: Path) -> None:
    found = arms(usage(cats, CATS), gate("share", column="kept"))
    assert found.total == {"new": Moments(2, 0.5, 0.5), "old": Moments(2, 0.5, 0.5)}
    assert found.exposed == {"new": 3, "old": 2}
    assert found.days == ()
    assert found.first_exposure is None


def test_units_of_two_variants_are_left_out_and_counted(cats: Path) -> None:
    found = arms(usage(cats, CATS), gate("mean", column="rounds"))
    assert found.crossed == 1
    assert found.total == {"new": Moments(2, 53.0, 4418.0), "old": Moments(2, 3.0, 2.0)}
    assert found.largest == {"new": 100.0, "old": 4.0}
    assert found.smallest == {"new": 6.0, "old": 2.0}


def test_a_sum_is_the_mean_of_a_unit_too(cats: Path) -> None:
    app = usage(cats, CATS)
    assert arms(app, gate("sum", column="rounds")).total == arms(app, gate("mean", column="rounds")).total


def test_a_ratio_leaves_out_units_without_either_side(cats: Path) -> None:
    found = arms(usage(cats, CATS), gate("ratio", numerator="paid", denominator="rounds"))
    assert found.total["new"] == Moments(2, 3.0, 2.0, 53.0, 4418.0, 94.0)
    assert found.total["old"] == Moments(2, 2.0, 2.0, 3.0, 2.0, 2.0)


def test_winsorising_cuts_at_the_quantile_of_both_variants_and_of_no_crossed_unit(cats: Path) -> None:
    """Known rounds are 2, 4, 6 and 100: the 0.5 quantile is 5."""
    found = arms(usage(cats, CATS), gate("mean", column="rounds", winsorize=0.5))
    assert found.total == {"new": Moments(2, 5.0, 0.0), "old": Moments(2, 3.0, 2.0)}
    assert found.largest == {"new": 5.0, "old": 4.0}
    assert found.smallest == {"new": 5.0, "old": 2.0}


def test_winsorising_leaves_the_least_values_as_they_are(tmp_path: Path) -> None:
    """Rounds are -70, 0, 2 and 4: the 0.5 quantile is 1."""
    rows = ("1, 'old', true, -70, 1, 'fr'", "2, 'old', true, 4, 1, 'fr'", "3, 'new', true, 0, 1, 'fr'")
    write_values(tmp_path / "cats.parquet", COLUMNS, *rows, "4, 'new', true, 2, 1, 'fr'")
    found = arms(usage(tmp_path, CATS), gate("mean", column="rounds", winsorize=0.5))
    assert found.largest == {"new": 1.0, "old": 1.0}
    assert found.smallest == {"new": 0.0, "old": -70.0}


def test_a_variant_without_any_value_has_neither_a_largest_nor_a_smallest(cats: Path) -> None:
    found = arms(usage(cats, CATS), gate("mean", column="rounds", where="country = 'fr'"))
    assert found.largest == {"old": 4.0}
    assert found.smallest == {"old": 2.0}


def test_winsorising_does_not_touch_a_share(cats: Path) -> None:
    app = usage(cats, CATS)
    plain = arms(app, gate("share", column="kept")).total
    assert arms(app, gate("share", column="kept", winsorize=0.5)).total == plain


def test_where_limits_the_units_and_how_many_were_exposed(cats: Path) -> None:
    found = arms(usage(cats, CATS), gate("mean", column="paid", where="country = 'de'"))
    assert found.total["new"] == Moments(2, 3.0, 2.0)
    assert found.exposed == {"new": 2, "old": 0}


def test_a_unit_in_two_rows_of_one_variant_is_refused(tmp_path: Path) -> None:
    write_values(tmp_path / "cats.parquet", COLUMNS, *["1, 'old', true, 2.0, 1.0, 'fr'"] * 2)
    assert "1 units of `cats` stand in more than one row" in failure(
        usage(tmp_path, CATS), gate("share", column="kept")
    )


def test_infinite_values_spoil_their_own_metric_only(tmp_path: Path) -> None:
    write_values(
        tmp_path / "cats.parquet", COLUMNS, "1, 'old', true, 'inf'::DOUBLE, 1.0, 'fr'", "2, 'new', true, 2, 1.0, 'fr'"
    )
    app = usage(tmp_path, CATS)
    assert "infinite" in failure(app, gate("mean", column="rounds"))
    assert arms(app, gate("mean", column="paid")).total["old"].n == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (gate("share", column="kpt"), "`cats` has no column `kpt`; did you mean `kept`?"),
        (gate("share", column="rounds"), "holds other values than 0 and 1"),
        (gate("mean", column="country"), "holds VARCHAR, not numbers"),
        (gate("mean"), "give `column`"),
        (gate("ratio", numerator="paid"), "give `numerator` and `denominator`"),
        (gate("count", event="x"), "can't be read from the units table"),
        (ArmsQuestion(metric("share", "cats", column="kept"), "door"), "about the flag `gate`, not `door`"),
        (SeriesQuestion(metric("share", "cats", column="kept")), "holds units, and no days"),
    ],
)
def test_a_question_that_does_not_fit_is_answered_with_the_reason(
    cats: Path, question: ArmsQuestion | SeriesQuestion, reason: str
) -> None:
    assert reason in failure(usage(cats, CATS), question)


def test_an_empty_table_says_so(tmp_path: Path) -> None:
    write_values(tmp_path / "cats.parquet", COLUMNS, "1, NULL, true, 2.0, 1.0, 'fr'")
    assert "`cats` holds no units" in failure(usage(tmp_path, CATS), gate("share", column="kept"))
