"""Does our likeness of texts put the right bug report first?

    python -m benchmarks.review_to_issue

50 reviews of Nextcloud's Android app, and for each the three of its bug reports that a published matcher (Haering,
Stanik and Maalej, ICSE 2021) found nearest, judged by people. The published figures are over four apps: at least one of
the three fits for 71% of the reviews, mean average precision .55. Only these three are judged, so a reordering can't
change how often one of them fits; what it can change is how early it stands. Intervals are bootstrapped over reviews.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from aftermerge.search.themes import TextThemer
from benchmarks.rates import markdown
from benchmarks.real_data import file

LABELS, ISSUES = "nextcloud_review_to_issue_labels.csv", "nextcloud_android_issues_github.parquet"
RESAMPLES = 10_000


class Judged(NamedTuple):
    """A review, and the reports that were found for it, as the published matcher had them."""

    review: str
    titles: tuple[str, ...]
    fits: tuple[bool, ...]


def main() -> None:
    judged = _judged()
    known = [str(row[0]) for row in duckdb.execute(f"SELECT title FROM '{file('links', ISSUES)}'").fetchall()]  # noqa: S608
    ours = _reordered(judged, known)
    print(f"{len(judged)} reviews with {sum(len(row.titles) for row in judged)} judged reports\n")
    print(
        markdown(_HEAD, [_row("as published", judged), _row("by our likeness", ours), _row("by chance", None, judged)])
    )
    gain = _precisions(ours) - _precisions(judged)
    print(f"\nours less the published order, average precision: {_interval(gain)}")


_HEAD = ("order", "one of three fits", "the first fits", "mean average precision")


def _judged() -> list[Judged]:
    ordered = (f"list({column} ORDER BY distance DESC)" for column in ("issue_text", "fitting_issue"))
    query = f"SELECT any_value(user_feedback), {', '.join(ordered)} FROM '{file('links', LABELS)}'"  # noqa: S608
    rows = duckdb.execute(f"{query} GROUP BY user_feedback_id ORDER BY min(number)").fetchall()
    return [Judged(str(row[0]), tuple(row[1]), tuple(row[2])) for row in rows]


def _reordered(judged: Sequence[Judged], known: Sequence[str]) -> list[Judged]:
    """Vectors are learnt from the reviews and all reports together, without the labels."""
    texts = list(dict.fromkeys([*(row.review for row in judged), *(t for row in judged for t in row.titles), *known]))
    vectors = TextThemer().vectors(texts)
    place = {text: number for number, text in enumerate(texts)}
    return [_by_likeness(row, vectors, place) for row in judged]


def _by_likeness(row: Judged, vectors: NDArray[np.float32], place: Mapping[str, int]) -> Judged:
    likeness = vectors[[place[title] for title in row.titles]] @ vectors[place[row.review]]
    order = np.argsort(-likeness, kind="stable").tolist()
    return Judged(row.review, tuple(row.titles[i] for i in order), tuple(row.fits[i] for i in order))


def _row(name: str, rows: Sequence[Judged] | None, by_chance: Sequence[Judged] = ()) -> tuple[str, ...]:
    if rows is None:
        hits = _interval(np.array([any(row.fits) for row in by_chance], dtype=float))
        first = _interval(np.array([np.mean(row.fits) for row in by_chance]))
        return name, hits, first, _interval(np.array([_chance_precision(row.fits) for row in by_chance]))
    hits = _interval(np.array([any(row.fits) for row in rows], dtype=float))
    return name, hits, _interval(np.array([row.fits[0] for row in rows], dtype=float)), _interval(_precisions(rows))


def _precisions(rows: Sequence[Judged]) -> NDArray[np.float64]:
    return np.array([_average_precision(row.fits) for row in rows])


def _average_precision(fits: Sequence[bool]) -> float:
    """Precision at each report that fits, averaged over them; 0 where none does."""
    at = [sum(fits[: i + 1]) / (i + 1) for i, fit in enumerate(fits) if fit]
    return float(np.mean(at)) if at else 0.0


def _chance_precision(fits: Sequence[bool]) -> float:
    rng = np.random.default_rng(5)
    return float(np.mean([_average_precision(rng.permutation(fits).tolist()) for _ in range(200)]))


def _interval(values: NDArray[np.float64]) -> str:
    rng = np.random.default_rng(7)
    means = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return f"{values.mean():.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main()
