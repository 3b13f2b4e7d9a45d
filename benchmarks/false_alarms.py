"""How often does a 95% interval speak when nothing happened? `uv run python -m benchmarks.false_alarms [series]`.

Every family of `benchmarks.simulated`; ours at multiplier 1 on 120 days, and as shipped on 730 days, where no
release ever shipped and the metric's own past placebos say how wide the interval must be. Beside it one who knows
the true covariance, and what a user would pick instead. Power is at a true +5%.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context

import numpy as np

from aftermerge.measure.history import history_of
from benchmarks.oracle import known_covariance
from benchmarks.peers import PEERS, Seen
from benchmarks.product import Interval, as_shipped, day_of, metric_of, series_of, uncalibrated, with_past_of
from benchmarks.rates import Rate, markdown, verdict
from benchmarks.simulated import FAMILIES, Draw, Family, family

SEED = 20260101
SERIES = 2000
STRESS_SHARE = 0.3
"""Of the series of a family, how many of a stress family: its bar is coarser, and each costs eighty placebos too."""
PEER_SERIES = 300
CHUNK = 100
PAST, SHORT, AFTER = 730, 120, 28
MODEL_BAR, STRESS_BAR, POWER_BAR, WIDTH_BAR = 0.05, 0.07, 0.95, 1.3

ALONE = "ours, multiplier 1, 120 days"
LONG = "ours, multiplier 1, 730 days"
SHIPPED = "**ours as shipped, 730 days**"
ORACLE = "oracle, 120 days"
LONG_ORACLE = "oracle, 730 days"
NONE = Rate(0, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one method said of some series of a family: of nothing, and of +5%. Widths are half-widths in percent."""

    alarms: Rate = NONE
    found: Rate = NONE
    widths: tuple[float, ...] = ()
    seconds: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        widths = self.widths + other.widths
        return Tally(self.alarms + other.alarms, self.found + other.found, widths, self.seconds + other.seconds)


@dataclass(frozen=True, slots=True)
class Judged:
    """All methods on one family, by the method's name."""

    family: Family
    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def bar(self) -> float:
        return STRESS_BAR if self.family.is_stress else MODEL_BAR

    def power(self, method: str) -> float:
        return self.tallies[method].found.share / self.tallies[ORACLE].found.share

    def widening(self, method: str) -> float:
        return float(np.median(self.tallies[method].widths) / np.median(self.tallies[LONG].widths))


def judge(name: str, chunk: int, n: int, peers: Sequence[str] = ()) -> dict[str, Tally]:
    """One chunk of a family's series, by every method; the named peers too."""
    number = [found.name for found in FAMILIES].index(name)
    draw = family(name).draw(np.random.default_rng([SEED, number, chunk]), n, PAST, AFTER)
    short = draw.latest(SHORT)
    found = {ORACLE: _of_oracle(short), LONG_ORACLE: _of_oracle(draw)}
    found[ALONE] = sum((alone(short, i) for i in range(n)), Tally())
    for i in range(n):
        for method, tally in shipped(draw, i).items():
            found[method] = found.get(method, Tally()) + tally
    for peer in peers:
        found[peer] = sum((_of_peer(PEERS[peer], short, i) for i in range(n)), Tally())
    return found


def _of_oracle(draw: Draw) -> Tally:
    known = known_covariance(draw)
    n = len(known.errors)
    alarms, found = int(known.speaks().sum()), int(known.speaks(draw.lifts).sum())
    return Tally(Rate(alarms, n), Rate(found, n), (100 * known.half_width,) * n)


def alone(draw: Draw, index: int) -> Tally:
    """One series at multiplier 1."""
    began = time.process_time()
    null = _uncalibrated(draw, index)
    seconds = time.process_time() - began
    return _tally(null, _uncalibrated(draw, index, lifted=True), seconds)


def _uncalibrated(draw: Draw, index: int, *, lifted: bool = False) -> Interval | None:
    series = series_of(draw, index, lifted=lifted)
    return uncalibrated("m", series, {"m": history_of(metric_of("m"), series)}, day_of(draw, series))


def shipped(draw: Draw, index: int) -> dict[str, Tally]:
    """One series with all its past: as shipped, and at multiplier 1."""
    series, lifted = series_of(draw, index), series_of(draw, index, lifted=True)
    day = day_of(draw, series)
    began = time.process_time()
    known = {"m": history_of(metric_of("m"), series)}
    null = as_shipped("m", series, known, day)
    seconds = time.process_time() - began
    of_lifted = {"m": with_past_of(known["m"], lifted)}
    plain, plain_lifted = uncalibrated("m", series, known, day), uncalibrated("m", lifted, of_lifted, day)
    return {
        SHIPPED: _tally(null, as_shipped("m", lifted, of_lifted, day), seconds),
        LONG: _tally(plain, plain_lifted, 0.0),
    }


def _tally(null: Interval | None, lifted: Interval | None, seconds: float) -> Tally:
    """Where it can't tell it does not speak: no false alarm, and nothing found."""
    alarm, found = (interval is not None and interval.speaks for interval in (null, lifted))
    widths = (100 * null.half_width,) if null else ()
    return Tally(Rate(alarm, 1), Rate(found, 1), widths, seconds)


def _of_peer(speaks: Callable[[Seen], bool], draw: Draw, index: int) -> Tally:
    controls = np.log(draw.controls[index])
    null, lifted = (
        Seen(logs[index], draw.switch, draw.weekday, controls) for logs in (draw.logs, draw.logs_of(draw.lifted))
    )
    began = time.process_time()
    alarm = speaks(null)
    seconds = time.process_time() - began
    return Tally(Rate(alarm, 1), Rate(speaks(lifted), 1), (), seconds)


def collect(n: int = SERIES, peer_n: int = PEER_SERIES, processes: int = 2) -> list[Judged]:
    names = [found.name for found in FAMILIES]
    tasks = [task for found in FAMILIES for task in _tasks(found, n, peer_n)]
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"  # read by the children when they import numpy
    with get_context("spawn").Pool(processes) as pool:
        parts = pool.starmap(judge, tasks, chunksize=1)
    judged = [Judged(found) for found in FAMILIES]
    for task, part in zip(tasks, parts, strict=True):
        tallies = judged[names.index(task[0])].tallies
        for method, tally in part.items():
            tallies[method] = tallies.get(method, Tally()) + tally
    return judged


def _tasks(found: Family, n: int, peer_n: int) -> list[tuple[str, int, int, tuple[str, ...]]]:
    """The arguments of `judge`, a chunk each; the peers see the first chunks only."""
    series = max(int(STRESS_SHARE * n), min(n, peer_n)) if found.is_stress else n
    starts = range(0, series, CHUNK)
    return [(found.name, s // CHUNK, min(CHUNK, series - s), tuple(PEERS) if s < peer_n else ()) for s in starts]


def report(judged: Sequence[Judged]) -> str:
    """Ours against its bars; then every method, by family."""
    return "\n".join([_ours(judged), "", *_summary(judged), "", _all_methods(judged)])


def _ours(judged: Sequence[Judged]) -> str:
    head = ("family", "ours", "false alarms", "n", "95% limit", "bar", "", "power at +5%", "of the oracle's")
    rows = [_row(found, method) for found in judged for method in (ALONE, LONG, SHIPPED)]
    return markdown((*head, "median half-width", "widened", "CPU ms"), rows)


def _row(found: Judged, method: str) -> tuple[str, ...]:
    tally = found.tallies[method]
    alarms = tally.alarms
    return (
        found.family.name,
        method,
        f"{alarms.share:.1%}",
        f"{alarms.n:,}",
        f"{alarms.lower_limit:.1%}",
        f"≤ {found.bar:.0%}",
        verdict(alarms.is_within(found.bar)),
        f"{tally.found.share:.1%}",
        f"{found.power(method):.2f}",
        f"{np.median(tally.widths):.2f}%",
        f"× {found.widening(method):.2f}" if method == SHIPPED else "–",
        f"{1000 * tally.seconds / alarms.n:.1f}" if tally.seconds else "–",
    )


def _all_methods(judged: Sequence[Judged]) -> str:
    """False alarms in percent, power in brackets, as a published table has them."""
    rows = [_line(judged, method) for method in (*PEERS, ALONE, SHIPPED, ORACLE, LONG_ORACLE)]
    return markdown(("false alarms % (power)", *(found.family.name for found in judged), "n", "CPU ms"), rows)


def _line(judged: Sequence[Judged], method: str) -> tuple[str, ...]:
    tallies = [found.tallies[method] for found in judged]
    cells = [f"{100 * tally.alarms.share:.1f} ({100 * tally.found.share:.0f})" for tally in tallies]
    counts = [tally.alarms.n for tally in tallies]
    milliseconds = 1000 * sum(tally.seconds for tally in tallies) / sum(counts)
    series = " or ".join(f"{count:,}" for count in sorted(set(counts)))
    return (method, *cells, series, f"{milliseconds:.1f}" if milliseconds else "–")


def _summary(judged: Sequence[Judged]) -> list[str]:
    """The bars, each in a line."""
    of_model = [found for found in judged if not found.family.is_stress]
    honest = [found for found in judged if found.tallies[LONG].alarms.is_within(found.bar)]
    alarms = all(found.tallies[SHIPPED].alarms.is_within(found.bar) for found in judged)
    least = {method: min(found.power(method) for found in of_model) for method in (ALONE, SHIPPED)}
    width = max((found.widening(SHIPPED) for found in honest), default=1.0)
    names = ", ".join(found.family.name for found in of_model)
    return [
        f"- false alarms as shipped: {verdict(alarms)}",
        *(
            f"- least power, of the oracle's, on {names}, {method}: {power:.2f}; bar ≥ {POWER_BAR}: "
            f"{verdict(power >= POWER_BAR)}"
            for method, power in least.items()
        ),
        f"- most widened where multiplier 1 held: × {width:.2f}; bar ≤ {WIDTH_BAR}: {verdict(width <= WIDTH_BAR)}",
    ]


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SERIES
    print(report(collect(count, min(count, PEER_SERIES))))
