"""PostgreSQL: the server of the suite, a database that orders words as people do, a role that may read only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.engines.loaded import Loaded
from support.engines.postgres_tables import database_for_people, filling
from support.postgres import postgres_server


@contextmanager
def engine(root: Path) -> Iterator[Loaded]:
    with postgres_server() as server, database_for_people(server) as database, filling(database, root) as loaded:
        yield loaded
