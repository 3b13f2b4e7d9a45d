"""How long does an A/B test of a million users and five metrics take? `uv run python -m benchmarks.ab_speed [users]`.

Compared in one run, each from a new connection: the plain SQL that anyone would write (count, mean, variance and
covariance by variant, without intervals or checks), this package (CUPED, sample ratio, sequential bounds), and
tea-tasting over the same file as an Arrow table (its other way in, Ibis, does not run with DuckDB 2).
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import duckdb
import pyarrow.parquet
import tea_tasting

from aftermerge.model.amount import Amount
from aftermerge.model.metric import Kind, Metric
from aftermerge.model.plan import Arms, ArmsQuestion, Plan
from aftermerge.model.table import EventsTable, UnitsTable
from aftermerge.stats.arms import difference
from aftermerge.stats.moments import Moments
from aftermerge.stats.sample_ratio import sample_ratio_p, sequential_sample_ratio_p
from aftermerge.stats.sequential import critical_value
from aftermerge.usage.warehouse import Warehouse

USERS = 1_000_000
RUNS = 7
BAR = 1.5
UNITS = UnitsTable("users", "users.parquet", unit="user_id", variant="variant", flag="gate")
EVENTS = EventsTable("app", "app.parquet", unit="user_id", time="ts", event="event")
COLUMNS: Mapping[str, str] = {
    "kept": "random() < 0.2",
    "sessions": "CAST(floor(random() * 10) AS INTEGER)",
    "orders": "CAST(floor(random() * 5) AS INTEGER)",
    "revenue": "-ln(1 - random()) * 20",
    "minutes": "random() * 100",
}
WINDOW_DAYS = 7


@dataclass(frozen=True, slots=True)
class Spent:
    """Medians over the runs, in milliseconds: by the clock, and of all cores together."""

    clock: float
    cores: float


def write_users(folder: Path, users: int) -> None:
    """A row a user: five outcomes, and the same from before."""
    now = ", ".join(f"{value} AS {name}" for name, value in COLUMNS.items())
    before = ", ".join(f"{value} AS {name}_before" for name, value in COLUMNS.items())
    _write(
        folder / "users.parquet",
        f"SELECT i AS user_id, {_VARIANT} AS variant, {now}, {before} FROM range({users}) AS t(i)",  # noqa: S608
    )


def write_events(folder: Path, users: int) -> None:
    """A row an exposure and five events a user, over two weeks about the exposure."""
    _write(
        folder / "app.parquet",
        f"""SELECT TIMESTAMP '2026-03-08' + INTERVAL 1 SECOND * (i * 7 % 604800) AS ts, i AS user_id,
        '$feature_flag_called' AS event, 0.0 AS v, 'gate' AS "$feature_flag", {_VARIANT} AS "$feature_flag_response"
        FROM range({users}) AS t(i) UNION ALL
        SELECT TIMESTAMP '2026-03-01' + INTERVAL 1 SECOND * CAST(floor(random() * 1814400) AS BIGINT), i // 5,
        ['open', 'save', 'pay'][1 + CAST(floor(random() * 3) AS INTEGER)], random() * 100, NULL, NULL
        FROM range({5 * users}) AS t(i)""",  # noqa: S608
    )


_VARIANT = "CASE WHEN hash(i) % 2 = 0 THEN 'control' ELSE 'treatment' END"


def plain_units(folder: Path) -> None:
    """The SQL that anyone would write."""
    sums = ", ".join(
        f"avg({y}), var_pop({y}), avg({y}_before), var_pop({y}_before), covar_pop({y}, {y}_before)"
        for y in (f"CAST({name} AS DOUBLE)" if name == "kept" else name for name in COLUMNS)
    ).replace("CAST(kept AS DOUBLE)_before", "CAST(kept_before AS DOUBLE)")
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"SELECT variant, count(*), {sums} FROM '{folder}/users.parquet' GROUP BY 1"  # noqa: S608
        ).fetchall()


def plain_events(folder: Path) -> None:
    """The same over events: each user's window after the exposure, and as long before."""
    metrics = {"kept": "max(CAST(event = 'open' AS INTEGER))", "paid": "sum(CASE WHEN event = 'pay' THEN v END)"}
    metrics |= {f"{name}s": f"count(CASE WHEN event = '{name}' THEN 1 END)" for name in ("open", "save", "pay")}
    after = ", ".join(f"coalesce({value} FILTER (ts >= t0), 0) AS {name}" for name, value in metrics.items())
    before = ", ".join(f"coalesce({value} FILTER (ts < t0), 0) AS {name}_before" for name, value in metrics.items())
    sums = ", ".join(
        f"avg({y}), var_pop({y}), avg({y}_before), var_pop({y}_before), covar_pop({y}, {y}_before)" for y in metrics
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"""WITH shown AS (SELECT user_id, min("$feature_flag_response") AS variant, min(ts) AS t0
            FROM '{folder}/app.parquet' WHERE event = '$feature_flag_called' GROUP BY 1),
            done AS (SELECT shown.user_id, variant, t0, {after}, {before} FROM shown
            LEFT JOIN '{folder}/app.parquet' AS e ON e.user_id = shown.user_id
            AND ts >= t0 - INTERVAL 7 DAY AND ts < t0 + INTERVAL 7 DAY GROUP BY 1, 2, 3)
            SELECT variant, CAST(t0 AS DATE), count(*), {sums} FROM done GROUP BY 1, 2"""  # noqa: S608
        ).fetchall()


def ours_units(folder: Path) -> None:
    kinds: dict[str, Kind] = {name: "share" if name == "kept" else "mean" for name in COLUMNS}
    _ours(
        folder,
        UNITS,
        [_metric(name, kind, "users", column=name, covariate=f"{name}_before") for name, kind in kinds.items()],
    )


def ours_events(folder: Path) -> None:
    metrics = [_metric("kept", "share", "app", event="open"), _metric("paid", "sum", "app", event="pay", value="v")]
    metrics += [_metric(f"{name}s", "count", "app", event=name) for name in ("open", "save", "pay")]
    _ours(folder, EVENTS, metrics)


def tea_tasting_units(folder: Path) -> None:
    """One experiment of five means with covariates, over the file as an Arrow table."""
    table = pyarrow.parquet.read_table(folder / "users.parquet")
    for name in ("kept", "kept_before"):
        table = table.set_column(table.column_names.index(name), name, table[name].cast("int8"))
    metrics = {name: tea_tasting.Mean(name, covariate=f"{name}_before") for name in COLUMNS}
    ratio = {"sample_ratio": tea_tasting.SampleRatio()}
    tea_tasting.Experiment(metrics | ratio).analyze(table, control="control")


def _ours(folder: Path, table: UnitsTable | EventsTable, metrics: list[Metric]) -> None:
    usage = Warehouse((table,), folder, "UTC", lambda: ())
    answers = usage.answer(Plan(tuple(ArmsQuestion(metric, "gate") for metric in metrics)))
    if answers.failed:
        raise SystemExit(str(dict(answers.failed)))
    for arms in answers.arms.values():
        _judge(arms)


def _judge(arms: Arms) -> None:
    """The interval of the adjusted means, the sequential bound of all looks, and the sample ratio."""
    control, treatment = (_adjusted(arms.total[name], arms.total) for name in ("control", "treatment"))
    counts = list(arms.exposed.values())
    critical = 1.96
    if arms.days:
        entered = [sum(moments.n for moments in look.arms.values()) for look in arms.days]
        running = [float(sum(entered[: i + 1])) for i in range(len(entered))]
        critical = critical_value(running, [(i + 1) / len(running) for i in range(len(running))])
        sequential_sample_ratio_p(counts)
    else:
        sample_ratio_p(counts)
    difference(control, treatment).interval(critical)


def _adjusted(arm: Moments, arms: Mapping[str, Moments]) -> Moments:
    """y - θ (x - x̄), θ pooled (Deng, Xu, Kohavi and Walker 2013, eq. 4)."""
    ss_x, sp_yx = sum(m.ss_x for m in arms.values()), sum(m.sp_yx for m in arms.values())
    theta = sp_yx / ss_x if ss_x else 0.0
    center = sum(m.n * m.mean_x for m in arms.values()) / sum(m.n for m in arms.values())
    ss = arm.ss_y - 2 * theta * arm.sp_yx + theta * theta * arm.ss_x
    return Moments(arm.n, arm.mean_y - theta * (arm.mean_x - center), ss)


def _metric(name: str, kind: Kind, source: str, **keys: object) -> Metric:
    return Metric(name, kind, source, "up", Amount(1.0, "pp"), window_days=WINDOW_DAYS, **keys)  # type: ignore[arg-type]


def _write(path: Path, select: str) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")
        connection.execute("SELECT setseed(0.5)")
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


def measured(ways: Mapping[str, Callable[[Path], None]], folder: Path, runs: int) -> dict[str, Spent]:
    """Each way in turn, so that whatever else the machine does falls on all alike; a first round is not counted."""
    clock: dict[str, list[float]] = {name: [] for name in ways}
    cores: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(runs + 1):
        for name, way in ways.items():
            started, used = perf_counter(), process_time()
            way(folder)
            if run:
                clock[name].append((perf_counter() - started) * 1e3)
                cores[name].append((process_time() - used) * 1e3)
    return {name: Spent(median(clock[name]), median(cores[name])) for name in ways}


def report(units: Mapping[str, Spent], events: Mapping[str, Spent]) -> str:
    lines = [
        "| what | clock ms | cores ms | × plain SQL, clock | × plain SQL, cores | bar |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for shape, spent in (("units", units), ("events", events)):
        plain = spent["plain SQL"]
        for name, each in spent.items():
            ratios = f"{each.clock / plain.clock:.2f} | {each.cores / plain.cores:.2f}"
            bar = f"≤ {BAR}" if name == "aftermerge" else ""
            lines.append(f"| {shape}: {name} | {each.clock:.0f} | {each.cores:.0f} | {ratios} | {bar} |")
    return "\n".join(lines)


def main(users: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_users(folder, users)
        write_events(folder, users)
        units = {"plain SQL": plain_units, "aftermerge": ours_units, "tea-tasting": tea_tasting_units}
        events = {"plain SQL": plain_events, "aftermerge": ours_events}
        print(f"{users:,} users, medians of {RUNS} runs\n")
        print(report(measured(units, folder, RUNS), measured(events, folder, max(RUNS // 2, 1))))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else USERS)
