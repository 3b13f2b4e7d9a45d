"""Sail, through Spark Connect."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.engines.loaded import Loaded
from support.sail import sail_server
from support.spark_tables import view_of_files


@contextmanager
def engine(root: Path) -> Iterator[Loaded]:
    """A server of its own, which dies with the test. Of a session's names, it shows others the global ones only."""
    with sail_server(root) as at, view_of_files(f"spark://{at}", "GLOBAL TEMPORARY VIEW") as create:

        def load(name: str, path: Path) -> str:
            create(name, path)
            return f"global_temp.{name}"

        yield Loaded(f"spark://{at}", load)
