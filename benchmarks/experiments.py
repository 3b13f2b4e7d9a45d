"""Published experiments: what was published, and what we get. `uv run python -m benchmarks.experiments`."""

from collections.abc import Sequence
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Any

import duckdb

from aftermerge.stats import Estimate, Moments, running_sample_ratio_p, sample_ratio_p, two_arms

DATA = "AFTERMERGE_REAL_DATA"
BLOCKS = 0.001
"""A sample ratio below this p is no chance: it leaves no verdict."""

LAST_COUNTS = """
    SELECT arg_max(count_c, time_since_start), arg_max(count_t, time_since_start)
    FROM read_parquet(?) WHERE metric_id = 1
    GROUP BY experiment_id, variant_id ORDER BY experiment_id, variant_id
"""
ALL_COUNTS = """
    SELECT list(count_c ORDER BY time_since_start), list(count_t ORDER BY time_since_start)
    FROM read_parquet(?) WHERE metric_id = 1 AND count_c + count_t > 0
    GROUP BY experiment_id, variant_id ORDER BY experiment_id, variant_id
"""
RETAINED = """
    SELECT version, count(*), sum(CAST(retention_1 AS INTEGER)), sum(CAST(retention_7 AS INTEGER))
    FROM read_csv(?) GROUP BY version ORDER BY version
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One published number, as text, and ours beside it."""

    experiment: str
    what: str
    published: str
    ours: str


def asos_counts(folder: Path) -> list[tuple[int, int]]:
    """Units of control and treatment at the last time of each of the 99 variants; the four metrics share them."""
    rows = _rows(LAST_COUNTS, folder / "experiments" / "asos_digital_experiments.parquet")
    return [(int(control), int(treatment)) for control, treatment in rows]


def asos_failing(folder: Path) -> int:
    """Variants whose final counts fail a 50/50 split: Pearson's chi-square, p < .001, one finished look."""
    return sum(sample_ratio_p(counts) < BLOCKS for counts in asos_counts(folder))


def asos_failing_at_any_look(folder: Path) -> int:
    """Variants that our running check would have blocked at one of their looks."""
    rows = _rows(ALL_COUNTS, folder / "experiments" / "asos_digital_experiments.parquet")
    return sum(running_sample_ratio_p(list(zip(*looks, strict=True))) < BLOCKS for looks in rows)


def cookie_cats(folder: Path) -> list[tuple[int, int, int]]:
    """Players, and those back on day 1 and on day 7, of the gate at level 30 and of that at 40."""
    rows = _rows(RETAINED, folder / "experiments" / "cookie_cats.csv.gz")
    return [(int(n), int(first), int(seventh)) for _, n, first, seventh in rows]


def screener(folder: Path, column: str) -> Estimate:
    """Udacity's screener: the effect on `column` (Enrollments, Payments) per click."""
    arms = [
        _clicks(folder / "experiments" / f"udacity_free_trial_{arm}.csv", column) for arm in ("control", "experiment")
    ]
    return two_arms(*(of_share(n, hits) for n, hits in arms))


def of_share(n: int, hits: int) -> Moments:
    return Moments(n, hits / n, hits * (1 - hits / n))


def rows_of(folder: Path) -> list[Row]:
    early, late = cookie_cats(folder)
    fill = sample_ratio_p([early[0], late[0]])
    gross, net = (screener(folder, column) for column in ("Enrollments", "Payments"))
    failing = f"{asos_failing(folder)} of {len(asos_counts(folder))}"
    return [
        Row("Cookie Cats", "day-7 retention", "19.02% → 18.20%", _change(early[2], early[0], late[2], late[0])),
        Row("Cookie Cats", "day-1 retention", "44.82% → 44.23%", _change(early[1], early[0], late[1], late[0])),
        Row("Cookie Cats", "players", "90,189", f"{early[0] + late[0]:,}"),
        Row("Cookie Cats", "sample ratio, p", ".0086", f"{fill:.4f}".lstrip("0")),
        Row("Udacity screener", "gross conversion", "−.0206 [−.0291, −.0120]", _interval(gross)),
        Row("Udacity screener", "net conversion", "−.0049 [−.0116, .0019]", _interval(net)),
        Row("ASOS", "variants that fail 50/50 (χ², p < .001, last look)", "12 of 99", failing),
        Row("ASOS", "the same, our running check (any look)", "–", f"{asos_failing_at_any_look(folder)} of 99"),
    ]


def report(rows: Sequence[Row]) -> str:
    lines = ["| experiment | what | published | ours |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {r.experiment} | {r.what} | {r.published} | {r.ours} |" for r in rows)])


def _rows(query: str, path: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return list(connection.execute(query, [str(path)]).fetchall())


def _clicks(path: Path, column: str) -> tuple[int, int]:
    query = f"SELECT sum(Clicks), sum({column}) FROM read_csv(?) WHERE {column} IS NOT NULL"  # noqa: S608
    ((n, hits),) = _rows(query, path)
    return int(n), int(hits)


def _change(hits_c: int, n_c: int, hits_t: int, n_t: int) -> str:
    return f"{hits_c / n_c:.2%} → {hits_t / n_t:.2%}"


def _interval(found: Estimate) -> str:
    return f"{_number(found.estimate)} [{_number(found.low)}, {_number(found.high)}]"


def _number(value: float) -> str:
    return f"{value:.4f}".replace("-", "−").replace("0.", ".", 1)


if __name__ == "__main__":
    print(report(rows_of(Path(environ[DATA]))))
