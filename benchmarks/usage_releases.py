"""What do two hundred releases cost, asked together? `uv run python -m benchmarks.usage_releases [millions ...]`.

Two hundred releases × ten metrics over sixty days of the events of `usage_events`. A release asks for nothing of its
own: it reads its days from the series of its metrics, so that each metric is asked once. *Sums and counts* are counts,
a ratio and sums of values; *units told apart* are shares and means per active user. Beside them, in the same process,
DuckDB's own scan of the columns that are needed. *Stored* is as the local store keeps events (users coded, each day
sorted by them), *cold* are files as they came, with users as text.

*All* days fill an empty cube, *one more* is added to a cube of the 59 before it, *nothing new* takes all from the cube.
The bars are over the seconds of all cores, which other work on the machine changes least; the clock stands beside them.
Each way is a process of its own, so that its peak memory is its own.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from shutil import copytree, rmtree
from subprocess import run
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Literal

import duckdb

from aftermerge.model.amount import Amount
from aftermerge.model.metric import Kind, Metric
from aftermerge.model.plan import Answers, Plan, SeriesQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage.store.reading import KeptFiles
from aftermerge.usage.warehouse import Warehouse
from benchmarks.peak import peak_gib
from benchmarks.rates import markdown, verdict
from benchmarks.usage_events import CODE, Shape, write_events
from benchmarks.usage_experiments import slope

MILLIONS = (5.0, 50.0)
RELEASES = 200
REPEATS = 3
MEMORY = "3GiB"
BARS = {"sums": 3.5, "units": 8.0}
DAY_BAR, PEAK_BAR_GIB, SLOPE_BAR = 0.05, 4.0, 1.0
TABLE = EventsTable("app", "*.parquet", unit="user_id", time="ts", event="event")
HEAD = ("events", "files", "200 releases × 10 metrics", "days", "cores", "of the scan", "clock", "bar", "", "peak")

What = Literal["sums", "units"]
_TOLD = {"sums": "sums and counts", "units": "units told apart"}


@dataclass(frozen=True, slots=True)
class Spent:
    """The least over the runs, in seconds of all cores and by the clock."""

    cores: float
    clock: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Of the scan, of all days, of one more day, and of nothing new; the peak of the whole process in GiB."""

    scan: Spent
    all_days: Spent
    one_day: Spent
    nothing: Spent
    peak_gib: float


def metrics(what: What) -> list[Metric]:
    """Ten of them."""
    summed = [("order", "ordered"), ("pay", "paid"), ("upgrade", "upgraded")]
    if what == "sums":
        found = [_metric(event, "count", event=event) for event in ("view", "open", "click", "search", "save", "share")]
        found.append(_metric("open_rate", "ratio", numerator="open", denominator="view"))
        return [*found, *(_metric(name, "sum", event=event, value="value") for event, name in summed)]
    shares = ("view", "open", "click", "search", "save", "share", "invite")
    found = [_metric(f"{event}_share", "share", event=event) for event in shares]
    return [*found, *(_metric(name, "mean", event=event, value="value") for event, name in summed)]


def plan(what: What) -> Plan:
    """What every release asks for."""
    questions = [SeriesQuestion(metric) for metric in metrics(what)]
    return Plan(tuple(question for _ in range(RELEASES) for question in questions))


def answered(folder: Path, way: str, what: What, cube: Path | None) -> Answers:
    """All of them, in one plan. Without a cube, in one query."""
    files = tuple(sorted(folder.glob("*.parquet")))
    kept = {} if way == "cold" else {TABLE.name: lambda: KeptFiles(files, {TABLE.unit: CODE}, ())}
    with TemporaryDirectory() as spill:
        usage = Warehouse((TABLE,), folder, "UTC", lambda: (), kept=kept, memory=MEMORY, spill=Path(spill), cube=cube)
        return usage.answer(plan(what))


def measured(folder: Path, way: str, what: What, repeats: int = REPEATS) -> Costs:
    with TemporaryDirectory() as scratch:
        cube, before, most = Path(scratch, "cube"), Path(scratch, "before"), Path(scratch, "59 days")
        scan = _least(partial(_scan, folder, way, what), repeats)
        all_days = _least(partial(_ask, folder, way, what, cube), repeats, partial(rmtree, cube, ignore_errors=True))
        nothing = _least(partial(_ask, folder, way, what, cube), repeats)
        most.mkdir()
        for file in sorted(folder.glob("*.parquet"))[:-1]:
            (most / file.name).symlink_to(file.resolve())
        _ask(most, way, what, before)
        last = sorted(folder.glob("*.parquet"))[-1]
        (most / last.name).symlink_to(last.resolve())
        one_day = _least(partial(_ask, most, way, what, cube), repeats, partial(_again, before, cube))
    return Costs(scan, all_days, one_day, nothing, peak_gib())


def line(millions: float, way: str, what: What, costs: Costs) -> list[tuple[str, ...]]:
    """A line for each part of what it costs."""
    bars = {"all": BARS[what], "one more": DAY_BAR, "nothing new": DAY_BAR}
    spent = {"all": costs.all_days, "one more": costs.one_day, "nothing new": costs.nothing}
    start = f"{millions:g}M", way, _TOLD[what]
    peak = f"{costs.peak_gib:.2f} GiB"
    lines: list[tuple[str, ...]] = [(*start, "scan", f"{costs.scan.cores:.2f} s", "1", "1", "–", "", "")]
    for days, each in spent.items():
        ratio, clock = each.cores / costs.scan.cores, each.clock / costs.scan.clock
        held = ratio <= bars[days] and costs.peak_gib <= PEAK_BAR_GIB
        told = (f"{ratio:.3g}", f"{clock:.3g}", f"≤ {bars[days]:g}", verdict(held), peak)
        lines.append((*start, days, f"{each.cores:.2f} s", *told))
    return lines


def report(folder: Path, millions: Sequence[float]) -> Iterator[str]:
    """The lines of what is asked, then how the seconds grow with the events."""
    rows: list[tuple[str, ...]] = []
    curves: dict[str, list[float]] = {}
    for each in millions:
        for way in ("cold", "stored"):
            events = _written(folder, each, way)
            for what in BARS:
                costs = _measured_alone(events, way, what)
                rows += line(each, way, what, costs)  # type: ignore[arg-type]
                curves.setdefault(f"{way}, {_TOLD[what]}", []).append(costs.all_days.cores)
    yield markdown(HEAD, rows)
    if len(millions) > 1:
        slopes = {name: slope(millions, seconds) for name, seconds in curves.items()}
        yield markdown(
            ("all days", "slope of log seconds over log events", "bar", ""), [_sloped(*each) for each in slopes.items()]
        )


def _sloped(name: str, found: float) -> tuple[str, ...]:
    return name, f"{found:.2f}", f"≤ {SLOPE_BAR:g}", verdict(found <= SLOPE_BAR)


def _metric(name: str, kind: Kind, **keys: object) -> Metric:
    return Metric(name, kind, "app", "up", Amount(1.0, "percent"), **keys)  # type: ignore[arg-type]


def _ask(folder: Path, way: str, what: What, cube: Path) -> None:
    failed = answered(folder, way, what, cube).failed
    if failed:
        raise SystemExit(str(dict(failed)))


def _scan(folder: Path, way: str, what: What) -> None:
    """Every value of every column that is needed is looked at."""
    unit = CODE if way == "stored" else TABLE.unit
    names = ("ts", "event", *((unit,) if what == "units" else ()))
    least = ", ".join(f'min("{name}"), max("{name}")' for name in names)
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY}) as connection:
        connection.execute(f"SELECT count(*), sum(value), {least} FROM '{folder}/*.parquet'").fetchall()  # noqa: S608


def _again(before: Path, cube: Path) -> None:
    rmtree(cube, ignore_errors=True)
    copytree(before, cube)


def _least(action: Callable[[], None], repeats: int, prepare: Callable[[], None] = lambda: None) -> Spent:
    cores, clock = [], []
    for _ in range(repeats):
        prepare()
        used, began = process_time(), perf_counter()
        action()
        cores.append(process_time() - used)
        clock.append(perf_counter() - began)
    return Spent(min(cores), min(clock))


def _written(folder: Path, millions: float, way: str) -> Path:
    target = folder / f"{millions:g}-{way}"
    if not target.exists():
        write_events(target, Shape(round(millions * 1e6), coded=way == "stored"))
    return target


def _measured_alone(folder: Path, way: str, what: str) -> Costs:
    command = [sys.executable, "-m", "benchmarks.usage_releases", "measure", str(folder), way, what]
    found = json.loads(run(command, check=True, capture_output=True, text=True).stdout)
    spent = {name: Spent(**each) for name, each in found.items() if name != "peak_gib"}
    return Costs(**spent, peak_gib=found["peak_gib"])


def main(given: Sequence[str]) -> None:
    match given:
        case ["measure", folder, way, ("sums" | "units") as what]:
            print(json.dumps(asdict(measured(Path(folder), way, what))))
        case ["in", folder, *millions]:
            for table in report(Path(folder), [float(each) for each in millions] or MILLIONS):
                print(table, end="\n\n", flush=True)
        case _:
            with TemporaryDirectory() as folder:
                main(["in", folder, *given])


if __name__ == "__main__":
    main(sys.argv[1:])
