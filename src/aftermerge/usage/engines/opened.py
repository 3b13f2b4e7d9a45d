"""The engines of one run: each is opened when a table of it is first asked for, and closed at the end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from sqlglot import exp

from aftermerge.errors import AftermergeError, DataError, OutsideError
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.plan import Query
from aftermerge.model.table import UsageTable
from aftermerge.usage.asked import Asked, Source, reason
from aftermerge.usage.dialects import DUCKDB, write
from aftermerge.usage.engines.connect import connect
from aftermerge.usage.engines.duck import Duck, duck
from aftermerge.usage.engines.duck.kept_days import KeptDays
from aftermerge.usage.engines.duck.parquet_cost import parquet_cost
from aftermerge.usage.engines.duck.swept import Swept
from aftermerge.usage.engines.engine import Engine, RemoteEngine
from aftermerge.usage.engines.fitted import fitted, named_in_full
from aftermerge.usage.engines.places import Places
from aftermerge.usage.rows import Rows
from aftermerge.usage.sweep.sweep import Sweep


@contextmanager
def opened(places: Places) -> "Iterator[Engines]":
    """Engines for one run.

    Raises:
        DataError: a question's table can't be read, or a query fails.
    """
    with duck(places) as embedded, ExitStack() as closing:
        yield Engines(places, embedded, closing)


@dataclass(frozen=True, slots=True, eq=False)
class Engines:
    """Tables by name, wherever they stand, fits `compile.Sources`.

    Who did not answer (`away`, by address) is not waited for again; `unopened` are the reasons why tables could not be
    opened.
    """

    places: Places
    embedded: Duck
    closing: ExitStack
    by_address: dict[str, RemoteEngine] = field(default_factory=dict)
    known: dict[str, Source] = field(default_factory=dict)
    away: dict[str, OutsideError] = field(default_factory=dict)
    unopened: set[str] = field(default_factory=set)

    @property
    def tables(self) -> Sequence[UsageTable]:
        return self.places.tables

    def open(self, table: UsageTable) -> Source:
        """A table's columns.

        Raises:
            DataError: there is no such table, or it can't be read.
        """
        if table.name not in self.known:
            try:
                self.known[table.name] = self._engine(table.engine).open(table)
            except AftermergeError as error:
                self.unopened.add(reason(error))
                raise
        return self.known[table.name]

    def feedback(self) -> Source:
        return self.embedded.feedback()

    def written(self, asked: Asked) -> tuple[Query, ...]:
        """What is asked, as text: what other engines lend first, then the query itself."""
        lent = (query for other in asked.lent.values() for query in self.written(other))
        text = write(self._fitted(asked), self._of(asked).dialect, is_pretty=True)
        return (*lent, Query(asked.source, text, tuple(question.key for question in asked.questions)))

    def run(self, asked: Asked, text: str) -> Rows:
        """The rows of a query, of which the text is given: to write it takes as long as to run a small one.

        Raises:
            DataError: an engine refused it.
            OutsideError: it can't be reached.
        """
        for name, other in asked.lent.items():
            *_, query = self.written(other)
            self.embedded.lend(name, self.run(other, query.sql))
        try:
            if asked.source == FEEDBACK:
                self.embedded.load_feedback()
            by_parts = self._kept(asked) if asked.sweep is None else self._swept(asked, asked.sweep)
            if by_parts is not None:
                return by_parts
            engine = self._of(asked)
            if isinstance(engine, RemoteEngine):
                rows = engine.rows_of(self._fitted(asked), text)
                return named_in_full(rows, asked.statement, engine.dialect)
            return engine.rows(text)
        except DataError as error:
            raise DataError(f"`{asked.source}` can't be asked: {error.what}", then=error.then) from error

    def cost(self, asked: Asked, text: str) -> str:
        """What a query would read, as far as its engine can say before it runs; empty where it can't."""
        engine = self._of(asked)
        try:
            if isinstance(engine, RemoteEngine):
                return engine.client.cost(text)
            return parquet_cost(self.embedded, self._files(asked), asked.statement)
        except (DataError, OutsideError):
            return ""

    def _fitted(self, asked: Asked) -> exp.Select:
        engine = self._of(asked)
        if engine is self.embedded:
            return asked.statement
        return fitted(asked.statement, self.known[asked.source].relation, engine.dialect)

    def _kept(self, asked: Asked) -> Rows | None:
        """Where the rows are days of files, those that are kept and those that have to be asked for, together."""
        folder = self.places.cube
        if asked.by_day is None or folder is None or asked.by_day.source.engine != DUCKDB:
            return None
        return KeptDays(self.embedded, folder).rows(asked.by_day)

    def _swept(self, asked: Asked, sweep: Callable[[], Sweep]) -> Rows | None:
        """Where units' windows are over files."""
        duck = self.embedded
        if self._of(asked) is not duck:
            return None
        files: tuple[str, ...] = ()
        with suppress(DataError):  # what can be read can't always be listed
            files = self._files(asked)
        return Swept(duck.connection, duck.rows, files, self.places.memory_of_sums).rows(sweep())

    def _files(self, asked: Asked) -> tuple[str, ...]:
        """The Parquet files of its table; none where it is of others."""
        tables = (each for each in self.tables if each.name == asked.source)
        return tuple(file for each in tables for file in self.embedded.parquet_files(each))

    def _of(self, asked: Asked) -> Engine:
        return self.embedded if asked.source == FEEDBACK else self._engine(self.known[asked.source].engine)

    def _engine(self, address: str) -> Engine:
        if address == DUCKDB:
            return self.embedded
        if address in self.away:
            raise self.away[address]
        if address not in self.by_address:
            try:
                client = self.closing.enter_context(connect(address, self.places.environ))
            except OutsideError as error:
                self.away[address] = error
                raise
            self.by_address[address] = RemoteEngine(address, client, self.places.timezone)
        return self.by_address[address]
