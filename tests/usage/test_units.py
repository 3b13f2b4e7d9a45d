"""A metric by variant over a units table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from aftermerge.model.plan import ArmsQuestion, SeriesQuestion
from aftermerge.model.table import UnitsTable
from aftermerge.stats.moments import Moments
from aftermerge.stats.quantile import Quantile
from support.usage import answers, arms, failure, metric, usage, write_values

Floats = NDArray[np.float64]
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


def gate(kind: str, name: str = "m", **keys: object) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, "cats", name, **keys), "gate")  # type: ignore[arg-type]


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


def test_a_ratio_has_neither_a_largest_nor_a_smallest_since_a_unit_has_no_ratio_of_its_own(cats: Path) -> None:
    found = arms(usage(cats, CATS), gate("ratio", numerator="paid", denominator="rounds"))
    assert (found.largest, found.smallest) == ({}, {})


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
        (gate("ratio", numerator="paid", denominator="rounds", winsorize=0.9), "a ratio can't be cut at one side"),
        (gate("count", event="x"), "can't be read from the units table"),
        (ArmsQuestion(metric("share", "cats", column="kept"), "door"), "about the flag `gate`, not `door`"),
        (SeriesQuestion(metric("share", "cats", column="kept")), "holds units, and no days"),
    ],
)
def test_a_question_that_does_not_fit_is_answered_with_the_reason(
    cats: Path, question: ArmsQuestion | SeriesQuestion, reason: str
) -> None:
    assert reason in failure(usage(cats, CATS), question)


SPENT = "id BIGINT, version VARCHAR, paid DOUBLE, before DOUBLE, visits INTEGER, visits_before INTEGER, country VARCHAR"


@pytest.fixture
def spent(tmp_path: Path) -> Path:
    """`before` is not known of unit 3; unit 6 was seen in both variants; `paid` is not known of 7."""
    write_values(
        tmp_path / "cats.parquet",
        SPENT,
        "1, 'old', 1.5, 1.0, 3, 2, 'fr'",
        "2, 'old', 4.5, 5.0, 9, 8, 'de'",
        "3, 'old', 3.0, NULL, 5, NULL, NULL",
        "4, 'new', 2.0, 2.0, 4, 4, 'fr'",
        "5, 'new', 8.0, 4.0, 8, 2, 'fr'",
        "6, 'old', 1e6, 1e6, 900, 900, 'fr'",
        "6, 'new', 1e6, 1e6, 900, 900, 'fr'",
        "7, 'new', NULL, 1e3, 1, 1, 'fr'",
    )
    return tmp_path


def known(found: Moments, *columns: Sequence[float]) -> None:
    """The moments of y, d, x of a few units, given in full."""
    y, d, x = (np.array(column, dtype=np.float64) for column in columns)

    def sp(a: Floats, b: Floats) -> float:
        return float(((a - a.mean()) * (b - b.mean())).sum())

    expected = (len(y), y.mean(), sp(y, y), d.mean(), sp(d, d), sp(y, d), x.mean(), sp(x, x), sp(y, x), sp(d, x))
    np.testing.assert_allclose([getattr(found, name) for name in Moments.__slots__][:10], expected, rtol=1e-12)
    assert (found.mean_w, found.ss_w, found.sp_yw, found.sp_dw, found.sp_xw) == (1.0, 0.0, 0.0, 0.0, 0.0)


def test_a_covariate_is_a_column_and_where_it_is_not_known_the_mean_of_all(spent: Path) -> None:
    """Known are 1 and 5 in `old`, 2 and 4 in `new`: their mean is 3."""
    found = arms(usage(spent, CATS), gate("mean", column="paid", covariate="before")).total
    known(found["old"], [1.5, 4.5, 3.0], [1.0, 1.0, 1.0], [1.0, 5.0, 3.0])
    known(found["new"], [2.0, 8.0], [1.0, 1.0], [2.0, 4.0])


def test_a_covariate_of_whole_numbers_may_lack_too(spent: Path) -> None:
    """Known are 2, 8, 4, 2 and 1: their mean is 3.4."""
    found = arms(usage(spent, CATS), gate("mean", column="visits", covariate="visits_before")).total
    known(found["old"], [3, 9, 5], [1, 1, 1], [2, 8, 3.4])
    known(found["new"], [4, 8, 1], [1, 1, 1], [4, 2, 1])


def test_a_ratio_takes_a_plain_covariate(spent: Path) -> None:
    question = gate("ratio", numerator="paid", denominator="visits", covariate="before")
    known(arms(usage(spent, CATS), question).total["old"], [1.5, 4.5, 3.0], [3, 9, 5], [1.0, 5.0, 3.0])


def test_a_covariate_that_nobody_has_says_nothing(tmp_path: Path) -> None:
    write_values(tmp_path / "cats.parquet", SPENT, "1, 'old', 1.5, NULL, 3, 2, 'fr'", "2, 'old', 2.5, NULL, 3, 2, 'fr'")
    found = arms(usage(tmp_path, CATS), gate("mean", column="paid", covariate="before")).total
    assert found["old"] == Moments(2, 2.0, 0.5)


def test_a_crossed_unit_however_large_does_not_coarsen_the_others(spent: Path) -> None:
    assert arms(usage(spent, CATS), gate("mean", column="paid")).total["new"] == Moments(2, 5.0, 18.0)


def test_segments_are_the_row_s_own_column(spent: Path) -> None:
    found = arms(usage(spent, CATS), gate("mean", column="paid", segment="country"))
    assert found.segments == {
        "de": {"old": Moments(1, 4.5, 0.0)},
        "fr": {"new": Moments(2, 5.0, 18.0), "old": Moments(1, 1.5, 0.0)},
        "unknown": {"old": Moments(1, 3.0, 0.0)},
    }
    assert found.total["old"] == Moments(3, 3.0, 4.5)
    assert found.crossed == 1


def test_a_quantile_over_units_has_the_interval_of_its_ranks(tmp_path: Path) -> None:
    """100 values each: n q ± 1.96 √(n q (1 - q)) · √(100/99) is 50 ± 9.85, ranks 40 and 60."""
    rows = [f"{i}, '{'old' if i < 100 else 'new'}', {i % 100}, 0, 0, 0, 'fr'" for i in range(200)]
    write_values(tmp_path / "cats.parquet", SPENT, *rows)
    found = arms(usage(tmp_path, CATS), gate("quantile", column="paid", q=0.5))
    assert found.quantiles == dict.fromkeys(("new", "old"), Quantile(100, 49.0, 39.0, 59.0))
    assert found.total == dict.fromkeys(("new", "old"), Moments(100, 1.0, 0.0))


def test_metrics_with_and_without_segments_quantiles_and_covariates_go_together(spent: Path) -> None:
    questions = [
        gate("mean", name="a", column="paid"),
        gate("mean", name="b", column="paid", segment="country", covariate="before"),
        gate("quantile", name="c", column="paid", q=0.5),
        gate("mean", name="d", column="visits", where="country = 'fr'"),
    ]
    found = answers(usage(spent, CATS), questions)
    assert not found.failed
    assert [found.arms[question.key].total["new"].n for question in questions] == [2, 2, 2, 3]


@pytest.mark.parametrize("part", ["c", "k", "grid", "fine", "size", "cap", "max", "sum", "in", "n"])
@pytest.mark.parametrize("first", [0, 1])
def test_a_metric_whose_name_ends_like_a_column_of_another_s_stands_beside_it(
    spent: Path, part: str, first: int
) -> None:
    app = usage(spent, CATS)
    questions = [
        gate("mean", name="rev", column="paid", covariate="before", winsorize=0.9),
        gate("mean", name=f"rev_{part}", column="visits", where="visits < 9"),
    ]
    together = answers(app, questions[::-1] if first else questions)
    assert not together.failed
    for question in questions:
        alone, beside = arms(app, question), together.arms[question.key]
        assert (beside.total, beside.exposed) == (alone.total, alone.exposed)
        assert (beside.largest, beside.smallest) == (alone.largest, alone.smallest)


def test_an_empty_table_says_so(tmp_path: Path) -> None:
    write_values(tmp_path / "cats.parquet", COLUMNS, "1, NULL, true, 2.0, 1.0, 'fr'")
    assert "`cats` holds no units" in failure(usage(tmp_path, CATS), gate("share", column="kept"))
