"""ClickHouse: its embedded engine, behind its HTTP interface."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.clickhouse.running import clickhouse
from support.engines.loaded import Loaded


@contextmanager
def engine(root: Path) -> Iterator[Loaded]:
    with clickhouse(root / "clickhouse") as server:
        yield Loaded(server.address, server.load, server.environ)
