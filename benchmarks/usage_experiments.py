"""What do twenty experiments cost, asked together? `uv run python -m benchmarks.usage_experiments [millions ...]`.

Twenty experiments × ten metrics, each with its covariate from the 14 days before, over the events of `usage_events`:
each answer holds the moments of every closing day. Beside it, in the same process, DuckDB's own scan of the columns
that are needed. *Stored* is as the local store keeps events (users coded, each day sorted by them), *cold* are files as
they came, with users as text. Every line says which share of all users each experiment exposes: at one in five a user
is in four experiments, at all of them in twenty. *Many experiments* has up to two thousand, a user in four of them.

The bars are over the seconds of all cores, which other work on the machine changes least; the clock stands beside them.
Each way is a process of its own, so that its peak memory is its own.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from math import log
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import duckdb
import tea_tasting

from aftermerge.model.amount import Amount
from aftermerge.model.metric import Kind, Metric
from aftermerge.model.plan import Answers, ArmsQuestion, Plan
from aftermerge.model.table import EventsTable
from aftermerge.usage.answer import answer_with
from aftermerge.usage.engines import Engines, Places, opened
from aftermerge.usage.store.reading import KeptFiles
from benchmarks.peak import peak_gib
from benchmarks.rates import markdown, verdict
from benchmarks.usage_events import (
    CODE,
    EXPERIMENTS,
    EXPOSED,
    FLAG,
    SHARE,
    VARIANT,
    Shape,
    decided_at,
    flag_of,
    write_events,
)

MILLIONS = (5.0, 10.0, 20.0, 50.0)
WINDOW_DAYS = 14
REPEATS, ANSWERED = 3, 2
MEMORY = "3GiB"
"""As `memory` under [usage] would have it: what needs more goes on in files."""
STORED_BAR, COLD_BAR, PEAK_BAR_GIB, TEA_BAR, SLOPE_BAR = 10.0, 15.0, 4.0, 10.0, 1.0
CAPPED_MILLIONS, CAP = 10.0, "1GiB"
MANY_MILLIONS, MANY = 10.0, (20, 200, 2_000)
CASES = ((SHARE, "cold"), (SHARE, "stored"), (1.0, "cold"), (1.0, "stored"))
TABLE = EventsTable("app", "*.parquet", unit="user_id", time="ts", event="event")
HEAD = ("events", "experiment's share of users", "files", "scan", "answers", "cores", "clock", "bar", "", "peak")


@dataclass(frozen=True, slots=True)
class Spent:
    """The least over the runs, in seconds of all cores and by the clock; the peak of the whole process in GiB."""

    scan: float
    scan_clock: float
    answers: float
    answers_clock: float
    peak_gib: float

    @property
    def ratio(self) -> float:
        return self.answers / self.scan


def metrics() -> list[Metric]:
    """Three shares, four counts, a sum, a mean whose largest values are cut, a ratio."""
    made = [_metric(f"{event}_share", "share", event=event) for event in ("open", "save", "share")]
    made += [_metric(f"{event}_count", "count", event=event) for event in ("open", "save", "search", "invite")]
    made.append(_metric("paid", "sum", event="pay", value="value"))
    made.append(_metric("ordered", "mean", event="order", value="value", winsorize=0.99))
    return [*made, _metric("click_rate", "ratio", numerator="click", denominator="view")]


def questions(experiments: int = EXPERIMENTS) -> tuple[ArmsQuestion, ...]:
    """Each experiment is read up to its own day."""
    return tuple(
        ArmsQuestion(metric, flag_of(each), decided_at(each, experiments))
        for each in range(experiments)
        for metric in metrics()
    )


def measured(folder: Path, way: str, memory: str, experiments: int = EXPERIMENTS, repeats: int = REPEATS) -> Spent:
    with _opened(folder, way, memory) as engines:
        engines.open(TABLE)
        scans = _timed(partial(_scan, engines, CODE if way != "cold" else TABLE.unit), repeats)
    answers = _timed(partial(_answered, folder, way, memory, experiments), min(repeats, ANSWERED))
    return Spent(*scans, *answers, peak_gib())


def tea_tasting_seconds(folder: Path, experiments: int = EXPERIMENTS) -> float:
    """Seconds of all cores: a row a user by DuckDB, as its user would write it, then its means, ratio and CUPED."""
    began = process_time()
    for experiment in range(experiments):
        with duckdb.connect(":memory:") as connection:
            users = connection.sql(plain(folder, experiment)).to_arrow_table()
        _experiment().analyze(users, control="control")
    return process_time() - began


def _answered(folder: Path, way: str, memory: str, experiments: int) -> None:
    failed = answered(folder, way, memory, experiments).failed
    if failed:
        raise SystemExit(str(dict(failed)))


def answered(folder: Path, way: str, memory: str = MEMORY, experiments: int = EXPERIMENTS) -> Answers:
    """All of them, in one plan."""
    with _opened(folder, way, memory) as engines:
        return answer_with(engines, Plan(questions(experiments)))


@contextmanager
def _opened(folder: Path, way: str, memory: str) -> Iterator[Engines]:
    kept = {} if way == "cold" else {TABLE.name: lambda: KeptFiles(tuple(sorted(folder.glob("*.parquet"))), _CODES, ())}
    with TemporaryDirectory() as spill:
        places = Places((TABLE,), folder, "UTC", lambda: (), kept=kept, memory=memory, spill=Path(spill))
        with opened(places) as engines:
            yield engines


_CODES = {TABLE.unit: CODE}


def _scan(engines: Engines, unit: str) -> None:
    """Every value of every column that is needed is looked at."""
    least = ", ".join(f'min("{name}"), max("{name}")' for name in (unit, "ts", "event", FLAG, VARIANT))
    engines.embedded.connection.execute(f"SELECT count(*), sum(value), {least} FROM usage.app").fetchall()  # noqa: S608


def _timed(action: Callable[[], None], repeats: int) -> tuple[float, float]:
    cores, clock = [], []
    for _ in range(repeats):
        used, began = process_time(), perf_counter()
        action()
        cores.append(process_time() - used)
        clock.append(perf_counter() - began)
    return min(cores), min(clock)


def plain(folder: Path, experiment: int) -> str:
    """A row a user of one experiment, as anyone would write it."""
    counts = ("open", "save", "search", "invite", "click", "view")
    held = {f"{event}_count": f"count(*) FILTER (event = '{event}' AND {{}})" for event in counts}
    held |= {
        f"{event}_share": f"max(CAST(event = '{event}' AND {{}} AS INTEGER))" for event in ("open", "save", "share")
    }
    held["paid"] = "coalesce(sum(value) FILTER (event = 'pay' AND {}), 0)"
    held["ordered"] = "coalesce(sum(value) FILTER (event = 'order' AND {}), 0)"
    columns = [f"coalesce({value.format('ts >= t0')}, 0) AS {name}" for name, value in held.items()]
    columns += [f"coalesce({value.format('ts < t0')}, 0) AS {name}_before" for name, value in held.items()]
    files = f"read_parquet('{folder}/*.parquet')"
    return f"""WITH shown AS (SELECT user_id, min("{VARIANT}") AS variant, min(ts) AS t0 FROM {files}
        WHERE event = '{EXPOSED}' AND "{FLAG}" = '{flag_of(experiment)}' GROUP BY 1)
        SELECT variant, {", ".join(columns)} FROM shown LEFT JOIN {files} AS e ON e.user_id = shown.user_id
        AND ts >= t0 - INTERVAL {WINDOW_DAYS} DAY AND ts < t0 + INTERVAL {WINDOW_DAYS} DAY
        GROUP BY shown.user_id, variant"""  # noqa: S608


def _experiment() -> tea_tasting.Experiment:
    means = [metric.name for metric in metrics() if metric.kind != "ratio"]
    of_users = {name: tea_tasting.Mean(name, covariate=f"{name}_before") for name in means}
    ratio = tea_tasting.RatioOfMeans("click_count", "view_count", "click_count_before", "view_count_before")
    return tea_tasting.Experiment(of_users | {"click_rate": ratio, "sample_ratio": tea_tasting.SampleRatio()})


def _metric(name: str, kind: Kind, **keys: object) -> Metric:
    return Metric(name, kind, "app", "up", Amount(1.0, "pp"), window_days=WINDOW_DAYS, **keys)  # type: ignore[arg-type]


def written(folder: Path, shape: Shape, way: str) -> Path:
    """The events of that shape, where they are not there yet."""
    target = folder / f"{shape.events}-{shape.share:g}-{shape.experiments}-{way}"
    if not target.exists():
        write_events(target, shape)
    return target


def _alone(*given: object) -> str:
    """What a process of its own prints."""
    command = [sys.executable, "-m", "benchmarks.usage_experiments", *map(str, given)]
    return run(command, check=True, capture_output=True, text=True).stdout


def measured_alone(folder: Path, way: str, memory: str = MEMORY, experiments: int = EXPERIMENTS) -> Spent:
    return Spent(**json.loads(_alone("measure", folder, way, memory, experiments)))


def line(shape: Shape, way: str, spent: Spent, memory: str = MEMORY) -> tuple[str, ...]:
    bar = COLD_BAR if way == "cold" else STORED_BAR
    held = spent.ratio <= bar and spent.peak_gib <= PEAK_BAR_GIB
    files = way if memory == MEMORY else f"{way}, memory = {memory}"
    return (
        f"{shape.events / 1e6:g}M",
        f"{shape.share:.0%}",
        files,
        f"{spent.scan:.2f} s",
        f"{spent.answers:.1f} s",
        f"× {spent.ratio:.1f}",
        f"× {spent.answers_clock / spent.scan_clock:.1f}",
        f"≤ {bar:g}",
        verdict(held),
        f"{spent.peak_gib:.2f} GiB",
    )


def slope(events: Sequence[float], seconds: Sequence[float]) -> float:
    """Of log seconds over log events, by least squares; 1 is linear."""
    x, y = [log(each) for each in events], [log(each) for each in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def report(folder: Path, millions: Sequence[float]) -> Iterator[str]:
    """Tables, each when it is done."""
    curves: dict[str, list[float]] = {}
    rows = []
    for each in millions:
        for share, way in CASES:
            shape = Shape(round(each * 1e6), share, coded=way != "cold")
            spent = measured_alone(written(folder, shape, way), way)
            rows.append(line(shape, way, spent))
            curves.setdefault(f"{share:.0%}, {way}", []).append(spent.answers)
    shape = Shape(round(CAPPED_MILLIONS * 1e6), SHARE, coded=True)
    rows.append(line(shape, "stored", measured_alone(written(folder, shape, "stored"), "stored", CAP), CAP))
    yield markdown(HEAD, rows)
    if len(millions) > 1:
        yield markdown(("share, files", "slope of log seconds over log events", "bar", ""), _slopes(millions, curves))
    yield markdown(("many experiments", "scan", "answers", "of the scan", "clock", "peak"), list(_many(folder)))
    yield markdown(("against tea-tasting", "aftermerge", "tea-tasting", "faster", "bar", ""), list(_beside_tea(folder)))


def _slopes(millions: Sequence[float], curves: dict[str, list[float]]) -> list[tuple[str, ...]]:
    found = {name: slope(millions, seconds) for name, seconds in curves.items()}
    return [(name, f"{each:.2f}", f"≤ {SLOPE_BAR:g}", verdict(each <= SLOPE_BAR)) for name, each in found.items()]


def _many(folder: Path) -> Iterator[tuple[str, ...]]:
    """A user is in as many experiments, however many there are."""
    for experiments in MANY:
        shape = Shape(
            round(MANY_MILLIONS * 1e6), SHARE * EXPERIMENTS / experiments, coded=True, experiments=experiments
        )
        spent = measured_alone(written(folder, shape, "stored"), "stored", MEMORY, experiments)
        yield (
            f"{experiments:,} × {len(metrics())} metrics, {MANY_MILLIONS:g}M events, stored",
            f"{spent.scan:.2f} s",
            f"{spent.answers:.1f} s",
            f"× {spent.ratio:.1f}",
            f"{spent.answers_clock:.1f} s",
            f"{spent.peak_gib:.2f} GiB",
        )


def _beside_tea(folder: Path, millions: float = CAPPED_MILLIONS) -> Iterator[tuple[str, ...]]:
    """It reads the files as they came, since it has no store."""
    cold = written(folder, Shape(round(millions * 1e6)), "cold")
    theirs = float(_alone("tea", cold))
    for way in ("cold", "stored"):
        ours = measured_alone(written(folder, Shape(round(millions * 1e6), coded=way != "cold"), way), way).answers
        what, faster = f"{EXPERIMENTS} experiments, {millions:g}M events; aftermerge {way}", theirs / ours
        held = verdict(faster >= TEA_BAR)
        yield what, f"{ours:.1f} s", f"{theirs:.1f} s", f"× {faster:.1f}", f"≥ {TEA_BAR:g}", held


def main(given: Sequence[str]) -> None:
    match given:
        case ["measure", folder, way, memory, experiments]:
            print(json.dumps(asdict(measured(Path(folder), way, memory, int(experiments)))))
        case ["tea", folder]:
            print(tea_tasting_seconds(Path(folder)))
        case _:
            with TemporaryDirectory() as folder:
                for table in report(Path(folder), [float(each) for each in given] or MILLIONS):
                    print(table, end="\n\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
