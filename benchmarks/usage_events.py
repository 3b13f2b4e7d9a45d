"""An events table of any size, the same each time: `uv run python -m benchmarks.usage_events <millions> <folder>`.

Sixty days, a hundred events a user, some users far more active than others, twenty event names of which the first are
far more frequent. Twenty experiments, or as many as asked for, open one after another; within the two weeks after that,
each exposes `share` of all users at a random moment, half of them to each variant, a fifth of them a second time. Every
window of 14 days closes within the data. One Parquet file a day: rows as they came, users as text; with `--coded`,
users also as dense whole numbers in the order of their text, and each day sorted as the store sorts it: exposures
first, then by user.
"""

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from aftermerge.usage.store.names import CODES

Whole = NDArray[np.int64]

FIRST_DAY = date(2026, 1, 1)
DAYS = 60
EVENTS_PER_USER = 100
EXPERIMENTS = 20
FIRST_OPENED, LAST_OPENED, EXPOSING_DAYS = 14, 31, 14
"""In days from the first one; the last user is exposed 15 days before the data ends."""
SHARE = 0.2
EXPOSED = "$feature_flag_called"
FLAG, VARIANT = "$feature_flag", "$feature_flag_response"
CODE = CODES["unit"]
VARIANTS = ("control", "treatment")
NAMES = (
    *("view", "open", "click", "search", "save", "share", "order", "pay", "invite", "export"),
    *("import", "comment", "upload", "download", "error", "help", "rename", "archive", "upgrade", "cancel"),
)
VALUED = ("order", "pay", "upgrade")
ROW_GROUP = 122_880
_SEED = 20260101
_DAY_US = 86_400_000_000
_ZIPF = 0.8


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of it there is. `events` counts exposures too; `share` is of all users, in each experiment."""

    events: int
    share: float = SHARE
    coded: bool = False
    experiments: int = EXPERIMENTS

    @property
    def users(self) -> int:
        return max(self.events // EVENTS_PER_USER, 100)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """User, time in microseconds from the first day, name, and where exposed, experiment and variant; else -1."""

    user: Whole
    at: Whole
    name: Whole
    experiment: Whole
    variant: Whole

    def chosen(self, rows: Whole | slice) -> "_Rows":
        columns = (self.user, self.at, self.name, self.experiment, self.variant)
        return _Rows(*(column[rows] for column in columns))


def flag_of(experiment: int) -> str:
    return f"experiment-{experiment:02}"


def opened_on(experiment: int, experiments: int = EXPERIMENTS) -> int:
    """The day from which an experiment exposes users, counted from the first one."""
    return FIRST_OPENED + experiment * (LAST_OPENED - FIRST_OPENED) // max(experiments - 1, 1)


def decided_at(experiment: int, experiments: int = EXPERIMENTS) -> datetime:
    """The moment up to which an experiment is read: the last window has closed."""
    first = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
    return first + timedelta(days=opened_on(experiment, experiments) + 2 * EXPOSING_DAYS)


def write_events(folder: Path, shape: Shape) -> None:
    """A file a day into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(_SEED)
    ids = _ids(shape.users)
    weights = np.cumsum(rng.lognormal(0.0, 1.0, shape.users))
    exposures = _exposures(shape, rng)
    bounds = np.searchsorted(exposures.at, np.arange(DAYS + 1) * _DAY_US)
    others = _per_day(shape.events - len(exposures.user))
    for day in range(DAYS):
        of_day = exposures.chosen(slice(int(bounds[day]), int(bounds[day + 1])))
        rows = _joined(of_day, _others(int(others[day]), day, weights, rng))
        values = np.round(rng.lognormal(3.0, 1.0, len(rows.user)), 2)
        order = (
            np.lexsort((rows.at, rows.user, rows.experiment < 0)) if shape.coded else np.argsort(rows.at, kind="stable")
        )
        table = _table(rows.chosen(order), values[order], ids, shape)
        path = folder / f"{FIRST_DAY + timedelta(days=day)}.parquet"
        pq.write_table(table, path, compression="zstd", row_group_size=ROW_GROUP)


def _ids(users: int) -> pa.Array:
    """Sixteen hexadecimal digits, in ascending order."""
    rng = np.random.default_rng(_SEED + 1)
    numbers = np.unique(rng.integers(0, 2**63, users + users // 100 + 10, dtype=np.int64))[:users]
    return pa.array([f"{number:016x}" for number in numbers.tolist()])


def _exposures(shape: Shape, rng: np.random.Generator) -> _Rows:
    """All of them, in the order of time."""
    together = _joined(*(_of_experiment(experiment, shape, rng) for experiment in range(shape.experiments)))
    return together.chosen(np.argsort(together.at, kind="stable"))


def _of_experiment(experiment: int, shape: Shape, rng: np.random.Generator) -> _Rows:
    n = round(shape.users * shape.share)
    user = rng.permutation(shape.users)[:n] if n < shape.users else np.arange(n)
    variant = rng.integers(0, len(VARIANTS), n)
    at = opened_on(experiment, shape.experiments) * _DAY_US + rng.integers(0, EXPOSING_DAYS * _DAY_US, n)
    again = rng.random(n) < 0.2
    seen_again = at[again] + rng.integers(1, 10 * _DAY_US, int(again.sum()))
    user, at = np.concatenate([user, user[again]]), np.concatenate([at, seen_again])
    variant = np.concatenate([variant, variant[again]])
    return _Rows(user, at, np.full(len(user), -1), np.full(len(user), experiment), variant)


def _others(n: int, day: int, weights: NDArray[np.float64], rng: np.random.Generator) -> _Rows:
    users = np.searchsorted(weights, rng.random(n) * weights[-1], side="right")
    at = day * _DAY_US + rng.integers(0, _DAY_US, n)
    chances = np.cumsum(1.0 / np.arange(1, len(NAMES) + 1) ** _ZIPF)
    name = np.searchsorted(chances, rng.random(n) * chances[-1], side="right")
    none = np.full(n, -1)
    return _Rows(np.minimum(users, len(weights) - 1), at, name, none, none)


def _joined(*parts: _Rows) -> _Rows:
    columns = ((part.user, part.at, part.name, part.experiment, part.variant) for part in parts)
    return _Rows(*map(np.concatenate, zip(*columns, strict=True)))


def _per_day(events: int) -> Whole:
    """Fewer at weekends; all of them together."""
    weekly = np.array([0.7 if (FIRST_DAY + timedelta(days=day)).weekday() >= 5 else 1.0 for day in range(DAYS)])
    ends: Whole = np.round(np.cumsum(weekly) / weekly.sum() * events).astype(np.int64)
    return np.concatenate([ends[:1], ends[1:] - ends[:-1]])


def _table(rows: _Rows, values: NDArray[np.float64], ids: pa.Array, shape: Shape) -> pa.Table:
    first = np.datetime64(FIRST_DAY, "us")
    exposed = rows.experiment >= 0
    valued = np.isin(rows.name, [NAMES.index(name) for name in VALUED])
    columns = {
        "user_id": ids.take(pa.array(rows.user)),
        "ts": pa.array(first + rows.at.astype("timedelta64[us]")),
        "event": _words([*NAMES, EXPOSED], np.where(exposed, len(NAMES), rows.name)),
        "value": pa.array(values, mask=~valued),
        FLAG: _words([flag_of(each) for each in range(shape.experiments)], rows.experiment),
        VARIANT: _words(VARIANTS, rows.variant),
    }
    return pa.table(({CODE: pa.array(rows.user.astype(np.int32))} if shape.coded else {}) | columns)


def _words(words: Sequence[str], which: Whole) -> pa.Array:
    """A word a row, null where it is none."""
    return pa.array(words).take(pa.array(which, mask=which < 0))


def main() -> None:
    parser = ArgumentParser(prog="python -m benchmarks.usage_events")
    parser.add_argument("millions", type=float)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=float, default=SHARE, help="of all users, in each experiment")
    parser.add_argument("--coded", action="store_true", help="users as whole numbers too, each day sorted by them")
    given = parser.parse_args()
    write_events(given.folder, Shape(round(given.millions * 1e6), given.share, given.coded))


if __name__ == "__main__":
    main()
