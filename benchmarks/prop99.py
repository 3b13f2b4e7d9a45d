"""California's tobacco tax by four methods, beside what was published: `uv run python -m benchmarks.prop99`.

Reads `timeseries/california_prop99.csv` under AFTERMERGE_REAL_DATA. Times are of this process's CPU.
"""

import time
from collections.abc import Callable, Mapping

from aftermerge.stats import SyntheticEffect, synthetic, synthetic_by_method
from aftermerge.stats.synthetic_control import METHODS, Method
from benchmarks.panels import NamedPanel, prop99
from benchmarks.real_data import file

PUBLISHED: Mapping[Method, float] = {"sdid": -15.6038, "sc": -19.6197, "did": -27.3491, "difp": -11.1046}
"""Arkhangelsky et al. (2021), table 1, with the digits of their code."""
BAR_SECONDS = 0.5


def cpu_seconds(work: Callable[[], object], times: int = 3) -> float:
    """The quickest of a few runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def table(panel: NamedPanel) -> str:
    where = (panel.values, panel.treated, panel.switch)
    found = synthetic_by_method(*where)
    seconds = {m: cpu_seconds(lambda m=m: synthetic(*where, method=m)) for m in METHODS}  # type: ignore[misc]
    together = cpu_seconds(lambda: synthetic_by_method(*where))
    lines = ["| method | estimate | published | placebo sd | rank p | 95% interval | ms |", "| --- " * 7 + "|"]
    lines += [_line(found[m], len(panel.names), seconds[m]) for m in METHODS]
    told = f"All four together, with {len(panel.names) - 1} placebos each: {1000 * together:.0f} ms"
    return "\n".join([*lines, "", f"{told} (bar {1000 * BAR_SECONDS:.0f} ms)."])


def _line(effect: SyntheticEffect, units: int, seconds: float) -> str:
    rank = f"{round(effect.p * units)}/{units}"
    interval = f"[{effect.low:.1f}, {effect.high:.1f}]"
    cells = [effect.method, f"{effect.estimate:.4f}", f"{PUBLISHED[effect.method]:.4f}", f"{effect.sd:.3f}"]
    return f"| {' | '.join([*cells, rank, interval, f'{1000 * seconds:.0f}'])} |"


if __name__ == "__main__":
    print(table(prop99(file("timeseries", "california_prop99.csv"))))
