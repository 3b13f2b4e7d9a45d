"""Metrics of every kind over three flags, each up to three moments, and the events that answer them."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from aftermerge.model.metric import Metric
from aftermerge.model.plan import ArmsQuestion
from support.usage import metric, write

FLAGS = ("bulk", "fast", "dark", "nobody")
UNTIL = (None, datetime(2026, 3, 9, 5, tzinfo=UTC), datetime(2026, 3, 14, tzinfo=UTC))
METRICS: tuple[Metric, ...] = (
    metric("share", name="opened", event="open", window_days=3),
    metric("count", name="opens", event="open", window_days=3),
    metric("count", name="big_opens", event="open", where="v > 5", window_days=3),
    metric("sum", name="paid", event="pay", value="v", window_days=3),
    metric("sum", name="paid_large", event="pay", value="v", where="v > 100", window_days=3),
    metric("mean", name="paid_cut", event="pay", value="v", winsorize=0.8, window_days=3),
    metric("mean", name="of_all", value="v", window_days=3),
    metric("sum", name="whole", event="open", value="n", window_days=3),
    metric("ratio", name="rate", numerator="pay", denominator="open", window_days=3),
    metric("sum", name="paid_long", event="pay", value="v", window_days=5),
    metric("share", name="by_account", event="open", unit="account", window_days=3),
    metric("sum", name="by_plan", event="pay", value="v", segment="plan", window_days=3),
    metric("mean", name="cut_by_plan", event="pay", value="v", segment="plan", winsorize=0.9, window_days=3),
    metric("retention", name="back", day=2),
    metric("retention", name="back_to_open", event="open", day=2),
    metric("funnel", name="steps", steps=("open", "pay"), window_days=3),
    metric("quantile", name="median", event="pay", value="v", q=0.5, window_days=3),
    metric("count", name="mistyped", event="opn", window_days=3),
)
EVERY = [ArmsQuestion(each, flag, until) for each in METRICS for flag in FLAGS for until in UNTIL]


@cache
def folder(root: Path) -> Path:
    """120 units in 40 accounts; a unit meets up to three flags, and some of them in both variants."""
    write(
        root / "app.parquet",
        """SELECT TIMESTAMP '2026-03-04' + INTERVAL 1 HOUR * CAST(hash(i, 1) % 200 AS INTEGER) AS ts,
        'u' || hash(i, 2) % 120 AS user_id, 'a' || hash(i, 2) % 40 AS account_id, '$feature_flag_called' AS event,
        0.0 AS v, 0 AS n, ['free', 'pro', NULL][1 + CAST(hash(i, 3) % 3 AS INTEGER)] AS plan,
        ['bulk', 'fast', 'dark'][1 + CAST(hash(i, 4) % 3 AS INTEGER)] AS "$feature_flag",
        CASE WHEN hash(i, 2) % 7 = 0 THEN i % 2 = 0 ELSE hash(i, 2) % 2 = 0 END::VARCHAR AS "$feature_flag_response"
        FROM range(400) AS t(i) UNION ALL
        SELECT TIMESTAMP '2026-03-01' + INTERVAL 1 HOUR * CAST(hash(i, 5) % 340 AS INTEGER), 'u' || hash(i, 6) % 120,
        'a' || hash(i, 6) % 40, ['open', 'pay', 'look'][1 + CAST(hash(i, 7) % 3 AS INTEGER)],
        exp((hash(i, 8) % 1000) / 50.0 - 10), CAST(hash(i, 9) % 9 AS INTEGER), NULL, NULL, NULL
        FROM range(3000) AS t(i)""",
    )
    return root
