"""A simulated rollout by user, as events: buckets of users get a flag on their own days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np

FIRST_DAY = date(2026, 1, 5)


@dataclass(frozen=True, slots=True)
class Rollout:
    """Bucket `k` of six is opened `gap_days` × k after day `begins`; the last one never. `effect` is relative.

    Users come by chance, some seldom, and stay away for weeks now and then. An exposure is recorded when one comes.
    """

    users: int = 900
    days: int = 140
    begins: int = 73
    gap_days: int = 8
    effect: float = 0.0
    a_week: float = 9.0

    def write(self, path: Path, seed: int) -> None:
        """Events with columns ts, user_id, event, region, version, $feature_flag, $feature_flag_response."""
        rng = np.random.default_rng(seed)
        bucket = rng.integers(0, 6, self.users)
        opened = np.where(bucket < 5, self.begins + self.gap_days * bucket, self.days + 1)
        visits = self._visits(rng, opened)
        user, day = np.nonzero(visits)
        count = visits[user, day]
        user, day = np.repeat(user, count), np.repeat(day, count)
        second = rng.integers(0, 86_400, len(user))
        ends = np.array([[0, 0, 0], [0, self.days - 1, 86_399]])
        self._store(path, np.vstack([np.column_stack([user, day, second]), ends]), opened)

    def _visits(self, rng: np.random.Generator, opened: "np.typing.NDArray[np.int64]") -> "np.typing.NDArray[np.int64]":
        """Saves by user and day."""
        rate = rng.gamma(2.0, self.a_week / 2.0, self.users) / 7
        day = np.arange(self.days)
        has_it = opened[:, None] <= day
        away = np.repeat(rng.random((self.users, self.days // 7)) < 0.01, 7, axis=1)
        return np.where(away, 0, rng.poisson(rate[:, None] * (1 + self.effect * has_it)))

    def _store(self, path: Path, visits: "np.typing.NDArray[np.int64]", opened: "np.typing.NDArray[np.int64]") -> None:
        user, day, second = visits.T
        at = np.datetime64(FIRST_DAY, "s") + (day * 86_400 + second).astype("timedelta64[s]")
        exposed = opened[user] <= day
        with duckdb.connect(":memory:") as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.register("visits", {"ts": at, "uid": user, "exposed": exposed})
            connection.execute(
                f"""COPY (
                SELECT ts, 'u' || uid AS user_id, 'a' AS account_id, 'save' AS event, 1.0 AS v,
                       CASE WHEN exposed THEN '2.0' ELSE '1.9' END AS version,
                       NULL AS "$feature_flag", NULL AS "$feature_flag_response" FROM visits
                UNION ALL
                SELECT ts, 'u' || uid, 'a', '$feature_flag_called', NULL, '2.0', 'bulk', 'true'
                FROM visits WHERE exposed ORDER BY 1, 2, 4
                ) TO '{path}' (FORMAT parquet)"""  # noqa: S608 - a path of the test's own
            )

    @property
    def end(self) -> datetime:
        return datetime.combine(FIRST_DAY + timedelta(days=self.days), datetime.min.time())
