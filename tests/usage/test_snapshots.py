"""The SQL of every kind over every shape, as it is shown by `explain`.

Refresh with AFTERMERGE_UPDATE_SNAPSHOTS=1, and read the difference before it is committed.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftermerge.model.plan import ArmsQuestion, Plan, Question, RolloutQuestion, SegmentsQuestion, SeriesQuestion
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable
from aftermerge.usage.warehouse import Warehouse
from support.usage import EVENTS, metric, usage, write, write_events, write_values

SNAPSHOTS = Path(__file__).parent / "snapshots"
RATES = SeriesTable("rates", "rates.parquet", day="day", metric="name", value="value", denominator="base")
CATS = UnitsTable("cats", "cats.parquet", unit="id", variant="version", flag="gate")
DOGS = UnitsTable("dogs", "dogs.parquet", unit="name", variant="version", flag="gate")
"""Unlike a cat, a dog stands in two rows."""
UNTIL = datetime(2026, 4, 1, tzinfo=UTC)


def flag(kind: str, name: str = "m", until: datetime | None = None, **keys: object) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, name=name, **keys), "bulk", until)  # type: ignore[arg-type]


def gate(kind: str, name: str = "m", source: str = "cats", **keys: object) -> ArmsQuestion:
    return ArmsQuestion(metric(kind, source, name, **keys), "gate")  # type: ignore[arg-type]


def daily(kind: str, source: str = "app", name: str = "m", **keys: object) -> SeriesQuestion:
    return SeriesQuestion(metric(kind, source, name, **keys))  # type: ignore[arg-type]


CASES: dict[str, list[Question]] = {
    "events_count": [daily("count", event="open")],
    "events_sum": [daily("sum", value="v", event="open")],
    "events_mean": [daily("mean", value="v")],
    "events_share": [daily("share", event="open", where="v > 1 and event <> 'look'")],
    "events_ratio": [daily("ratio", numerator="save", denominator="open", where="v > 1")],
    "events_by_account": [daily("share", event="open", unit="account")],
    "events_together": [
        daily("count", name="opens", event="open"),
        daily("share", name="saved", event="save"),
        daily("sum", name="by_account", value="v", unit="account"),
    ],
    "events_json": [daily("sum", "web", value="seats", where="plan = 'pro' and seats > 3")],
    "exposures_count": [flag("count", event="open")],
    "exposures_sum": [flag("sum", value="v", event="open")],
    "exposures_mean": [flag("mean", event="open", winsorize=0.99)],
    "exposures_share": [flag("share", event="open", until=UNTIL)],
    "exposures_ratio": [flag("ratio", numerator="save", denominator="open")],
    "exposures_together": [
        flag("share", "opened", event="open", window_days=7),
        flag("sum", "spent", value="v", window_days=7, winsorize=0.99),
        flag("count", "saves", event="save", window_days=14),
    ],
    "exposures_json": [ArmsQuestion(metric("share", "web", event="open"), "bulk")],
    "exposures_retention": [flag("retention", day=7), flag("retention", "saved", day=7, event="save")],
    "exposures_funnel": [flag("funnel", steps=("open", "save", "open"), where="v > 1")],
    "exposures_quantile": [flag("quantile", event="open", value="v", q=0.95)],
    "exposures_segments": [flag("share", event="open", segment="account_id")],
    "series_plain": [daily("series", "downloads", value="ours")],
    "series_rate": [daily("series", "rates", value="ours", where="base > 10")],
    "units_share": [gate("share", column="kept")],
    "units_mean": [gate("mean", column="rounds", winsorize=0.999)],
    "units_sum": [gate("sum", column="rounds", where="kept")],
    "units_ratio": [gate("ratio", numerator="paid", denominator="rounds")],
    "units_real": [gate("mean", column="paid", covariate="rounds")],
    "units_crossed": [gate("mean", source="dogs", column="paid"), gate("share", "k", source="dogs", column="kept")],
    "rollout_flag": [RolloutQuestion(metric("count", event="open"), flag="bulk")],
    "rollout_column": [
        RolloutQuestion(metric("sum", value="v", winsorize=0.99), column="event", value="v2", until=UNTIL)
    ],
    "segments_events": [SegmentsQuestion(metric("share", event="open", segment="account_id"))],
    "units_covariate": [gate("share", column="kept", covariate="rounds"), gate("mean", "r", column="rounds")],
    "units_quantile": [gate("quantile", column="rounds", q=0.5)],
    "units_segments": [gate("mean", column="paid", segment="version")],
    "feedback_count": [daily("count", "feedback", where="rating <= 2")],
    "feedback_mean": [daily("mean", "feedback", where="language = 'en'")],
    "feedback_share": [daily("share", "feedback", where="rating <= 2")],
    "feedback_rate": [daily("feedback_rate", "feedback", problem="slow")],
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("snapshots")
    write_events(root / "app.parquet", "'2026-03-01', 'a', 'x', 'open', 1.0, NULL, NULL")
    write(root / "web.parquet", "SELECT now() AS at, 'a' AS person, 'open' AS name, '{}' AS properties")
    write_values(root / "downloads.parquet", "day DATE, package VARCHAR, n BIGINT", "'2026-03-01', 'ours', 1")
    rates = "day TIMESTAMPTZ, name VARCHAR, value DOUBLE, base BIGINT"
    write_values(root / "rates.parquet", rates, "'2026-03-01', 'ours', 1, 2")
    cats = "id BIGINT, version VARCHAR, kept BOOLEAN, rounds INTEGER, paid FLOAT"
    write_values(root / "cats.parquet", cats, "1, 'old', true, 2, 1.0")
    dogs = "name VARCHAR, version VARCHAR, kept BOOLEAN, paid DOUBLE"
    write_values(root / "dogs.parquet", dogs, "'rex', 'old', true, 2.0", "'rex', 'new', true, 2.0")
    return root


def asked_in(root: Path) -> Warehouse:
    """The workspace of all cases."""
    tables = (
        EVENTS,
        EventsTable("web", "web.parquet", unit="person", time="at", event="name"),
        SeriesTable("downloads", "downloads.parquet", day="day", metric="package", value="n"),
        RATES,
        CATS,
        DOGS,
    )
    return usage(root, *tables, timezone="Europe/London")


def compiled(root: Path, questions: list[Question]) -> str:
    queries = asked_in(root).compile(Plan(tuple(questions)))
    return "\n".join(f"-- {query.source}: {', '.join(query.keys)}\n{query.sql}\n" for query in queries)


@pytest.mark.parametrize("name", CASES)
def test_the_sql_is_the_one_that_was_read_and_agreed(workspace: Path, name: str) -> None:
    snapshot = SNAPSHOTS / f"{name}.sql.txt"
    found = compiled(workspace, CASES[name])
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS") == "1":
        snapshot.write_text(found)
    assert found == snapshot.read_text()


def test_no_snapshot_is_left_of_a_case_that_is_gone() -> None:
    assert {path.name for path in SNAPSHOTS.iterdir()} == {f"{name}.sql.txt" for name in CASES}
