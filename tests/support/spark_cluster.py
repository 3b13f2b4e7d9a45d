"""A real Spark cluster of two workers, for one test module.

`AFTERMERGE_SPARK_HOME` names Spark: the folder `pyspark` of the package of that name, or a distribution. Java 17 is
needed too.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support import spark_keeper
from support.wanting import without

VARIABLE = "AFTERMERGE_SPARK_HOME"
_FINISHED = re.compile(r"Finished task")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One that is up. `at` is host and port of its Connect server, `group` the group of its processes."""

    at: str
    group: int
    folder: Path

    def tasks_done(self) -> list[int]:
        """How many tasks the executors of each worker have finished, as they say themselves."""
        return [
            sum(len(_FINISHED.findall(log.read_text())) for log in self._of(worker).glob("app-*/*/stderr"))
            for worker in range(1, spark_keeper.WORKERS + 1)
        ]

    def kill_an_executor(self) -> None:
        """The one that was started last, without a word to anybody."""
        found = [process for process in _processes(self.group) if b"CoarseGrainedExecutorBackend" in _words(process)]
        os.kill(max(found), signal.SIGKILL)

    def _of(self, worker: int) -> Path:
        return self.folder / f"worker-{worker}"


@contextmanager
def spark_cluster(folder: Path) -> Iterator[Cluster]:
    """Without Spark the test is skipped, but in CI it fails."""
    home = spark_home()
    program = [sys.executable, str(Path(spark_keeper.__file__)), str(home), str(folder)]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        said = keeper.stdout.readline()
        try:
            assert said, "Spark did not start: its logs are above"
            yield Cluster(**json.loads(said), folder=folder)
        finally:
            keeper.stdin.close()
            keeper.wait()


def spark_home() -> Path:
    given = os.environ.get(VARIABLE)
    if not given:
        without(f"{VARIABLE} is not set: no real Spark is on this machine")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        without("Spark needs Java 17, and there is no java on the PATH")
    home = Path(given)
    assert (home / "bin" / "spark-class").exists(), f"{VARIABLE} is no home of Spark: {home}"
    return home


def _processes(group: int) -> list[int]:
    numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [number for number in numbers if _group_of(number) == group]


def _group_of(process: int) -> int | None:
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return None


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
