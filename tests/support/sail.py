"""Sail, which speaks Spark Connect without Java: a server in a process of its own, on a free port of loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from support.wanting import without

_SERVE = """
import sys
from pysail.spark import SparkConnectServer
server = SparkConnectServer("127.0.0.1", 0)
server.start(background=True)
print(*server.listening_address, flush=True)
sys.stdin.read()
server.stop()
"""
"""It ends when the pipe to it does: whatever becomes of the test, no server is left behind."""


@contextmanager
def sail_server(folder: Path) -> Iterator[str]:
    """Its host and port. Without pysail the test is skipped, but in CI it fails."""
    require_sail()
    environ = {**os.environ, "RUST_LOG": "error"}
    with (folder / "sail.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", _SERVE],
            cwd=folder,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        with server:
            assert server.stdout is not None
            host, _, port = server.stdout.readline().strip().partition(" ")
            assert port, (folder / "sail.log").read_text()
            try:
                yield f"{host}:{port}"
            finally:
                server.kill()


def require_sail() -> None:
    if find_spec("pysail") is None or find_spec("pyspark") is None:
        without("Sail is not installed: uv sync --group engines")
