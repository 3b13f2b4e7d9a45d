"""Tables of the suite on a Spark Connect server: names for Parquet files that lie where they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aftermerge.usage.engines.spark.session import opened_session


@contextmanager
def view_of_files(address: str, kind: str) -> Iterator[Callable[[str, Path], None]]:
    """Gives names to files by a session of its own, which lasts as long as the names."""
    session = opened_session(address)

    def create(name: str, path: Path) -> None:
        session.sql(f"CREATE {kind} {name} AS SELECT * FROM parquet.`{path}`").collect()  # noqa: S608 - ours

    try:
        yield create
    finally:
        session.stop()
