"""The most memory that this process has held."""

import re
from pathlib import Path

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_gib() -> float:
    """In GiB, of this program alone: what `getrusage` says begins with what its parent held."""
    found = _PEAK.search(Path("/proc/self/status").read_text())
    if found is None:
        raise SystemExit("the peak of memory can be read on Linux only")
    return int(found[1]) / 2**20
