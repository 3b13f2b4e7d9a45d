"""Starts Spark's processes, says where they are, and ends them all when its input ends: run as a program.

    python spark_keeper.py SPARK_HOME FOLDER

A master, two workers of one core each and a Spark Connect server, on free ports of loopback. The input is a pipe from
the test, which the system closes however the test ends.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

WORKERS = 2
_MOST_SECONDS_TO_START = 120
_HERE = "127.0.0.1"
_QUICK_TO_START = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_SETTINGS: Mapping[str, str] = {
    "spark.connect.grpc.binding.address": _HERE,
    "spark.connect.grpc.binding.port": "0",
    "spark.driver.host": _HERE,
    "spark.driver.bindAddress": _HERE,
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": _QUICK_TO_START,
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": _QUICK_TO_START,
    "spark.cores.max": str(WORKERS),
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",  # no query begins before both executors are there
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


class Keeper:
    """The processes, in the folder where each writes its log and does its work."""

    def __init__(self, home: Path, folder: Path) -> None:
        self._home = home
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "conf").mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
        self._environ = kept | {
            "SPARK_HOME": str(home),
            "SPARK_CONF_DIR": str(folder / "conf"),
            "SPARK_LOCAL_IP": _HERE,
            "SPARK_LOCAL_DIRS": str(folder / "local"),
            "SPARK_DAEMON_MEMORY": "1g",
            "SPARK_DAEMON_JAVA_OPTS": _QUICK_TO_START,
        }

    def start(self) -> str:
        """Host and port of the Connect server, once it and the workers are up."""
        at = ["--host", _HERE, "--port", "0", "--webui-port", "0"]
        self._run("master", "spark-class", "org.apache.spark.deploy.master.Master", *at)
        master = self._found("master", r"Starting Spark master at (\S+)")
        for worker in range(1, WORKERS + 1):
            own = ["--cores", "1", "--memory", "1g", "--work-dir", str(self._folder / f"worker-{worker}")]
            self._run(f"worker-{worker}.log", "spark-class", "org.apache.spark.deploy.worker.Worker", *at, *own, master)
        settings = {**_SETTINGS, "spark.sql.warehouse.dir": str(self._folder / "warehouse")}
        given = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        self._run("connect", "spark-submit", "--master", master, "--class", server, *given, "spark-internal")
        return self._found("connect", r"Spark Connect server started at: (\S+)")

    def _run(self, name: str, program: str, *given: str) -> None:
        with (self._folder / name).open("w") as log:
            self._running[name] = subprocess.Popen(
                [str(self._home / "bin" / program), *given],
                cwd=self._folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _found(self, name: str, pattern: str) -> str:
        """What a log says once its process is up."""
        until = time.monotonic() + _MOST_SECONDS_TO_START
        while time.monotonic() < until and self._running[name].poll() is None:
            found = re.search(pattern, (self._folder / name).read_text())
            if found:
                return found[1]
            time.sleep(0.1)
        raise TimeoutError(f"{name} did not start:\n{(self._folder / name).read_text()[-4000:]}")


def main() -> None:
    os.setpgid(0, 0)
    try:
        at = Keeper(Path(sys.argv[1]), Path(sys.argv[2])).start()
        print(json.dumps({"at": at, "group": os.getpgid(0)}), flush=True)
        sys.stdin.read()
    except Exception:
        traceback.print_exc()
    finally:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
