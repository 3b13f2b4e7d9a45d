"""DuckDB through a second door: a file of its own behind the client of remote engines, as they are all asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from numpy.typing import NDArray

from aftermerge.errors import DataError
from aftermerge.model.feedback import Feedback
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.model.table import UsageTable
from aftermerge.ports import Usage
from aftermerge.usage import answer, engines
from aftermerge.usage.engines.engine import RemoteEngine
from support.engines.loaded import Loaded

ADDRESS = "door"


@contextmanager
def engine(root: Path) -> Iterator[Loaded]:
    """A DuckDB file under `root`."""
    file = root / "door.duckdb"

    def load(name: str, path: Path) -> str:
        with duckdb.connect(str(file)) as writing:
            writing.execute(f"CREATE TABLE {name} AS SELECT * FROM '{path}'")  # noqa: S608 - our own
        return name

    def make(
        tables: Sequence[UsageTable],
        root: Path,
        timezone: str,
        feedback: Callable[[], Iterable[Feedback]],
        environ: Mapping[str, str],
    ) -> Usage:
        return Door(file, engines.Places(tuple(tables), root, timezone, feedback, environ=environ))

    yield Loaded(ADDRESS, load, make_usage=make)


@dataclass(frozen=True, slots=True)
class DoorClient:
    """Fits `Client`."""

    connection: duckdb.DuckDBPyConnection
    dialect: str = "duckdb"

    def types(self, table: str) -> Mapping[str, str]:
        try:
            rows = self.connection.execute(f'DESCRIBE "{table}"').fetchall()
        except duckdb.Error as error:
            raise DataError(str(error).splitlines()[0]) from error
        return {name: kind for name, kind, *_ in rows}

    def fetch(self, text: str, most: int) -> Mapping[str, NDArray[Any]]:
        try:
            columns: Mapping[str, NDArray[Any]] = self.connection.execute(text).fetchnumpy()
        except duckdb.Error as error:
            raise DataError(str(error).splitlines()[0]) from error
        if len(next(iter(columns.values()))) > most:
            raise DataError(f"the answer has more than {most:,} rows")
        return columns

    def cost(self, text: str) -> str:
        return "unknown"

    def close(self) -> None:
        self.connection.close()


@dataclass(frozen=True, slots=True)
class Door:
    """Fits `ports.Usage`: the address is known before anybody looks it up."""

    file: Path
    places: engines.Places

    def tables(self) -> Sequence[UsageTable]:
        return self.places.tables

    def compile(self, plan: Plan, dialect: str | None = None) -> Sequence[Query]:
        with self._opened() as opened:
            return answer.compile_with(opened, plan, dialect)

    def answer(self, plan: Plan) -> Answers:
        with self._opened() as opened:
            return answer.answer_with(opened, plan)

    @contextmanager
    def _opened(self) -> Iterator[engines.Engines]:
        with engines.opened(self.places) as opened, duckdb.connect(str(self.file), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            opened.by_address[ADDRESS] = RemoteEngine(ADDRESS, DoorClient(connection), self.places.timezone)
            yield opened
