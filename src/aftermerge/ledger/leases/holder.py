"""The process that holds a lease, and whether it is still there."""

import os
import platform
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """A process. `started` is its start in clock ticks since boot, None where the system does not tell."""

    host: str
    pid: int
    started: str | None

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    def is_gone(self) -> bool:
        """Whether it is known to have ended: it was on this host, and its id is free or another process's now."""
        if self.host != platform.node() or not _is_posix():
            return False
        now = _started(self.pid)
        return not _is_there(self.pid) or (None not in (now, self.started) and now != self.started)


def this_process() -> Holder:
    return Holder(platform.node(), os.getpid(), _started(os.getpid()))


def _is_posix() -> bool:
    return os.name == "posix"  # elsewhere `os.kill` ends the process that it asks after


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def _started(pid: int) -> str | None:
    """From Linux's /proc, which may hide it; empty for a process that is dead and only waits to be collected."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *numbers = told.rpartition(")")[2].split()  # the name before it may hold spaces
    return "" if state in "ZX" else numbers[18]
