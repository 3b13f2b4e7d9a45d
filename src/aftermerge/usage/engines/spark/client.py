"""Asks a Spark Connect server; what was asked is a SELECT or a question about one, and never anything else."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError, nearest
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.arrow import columns_of
from aftermerge.usage.engines.engine import relation_of
from aftermerge.usage.engines.in_steps import View
from aftermerge.usage.engines.spark.errors import in_our_words, is_gone, is_lost
from aftermerge.usage.engines.spark.session import opened_session
from aftermerge.usage.engines.spark.types import duckdb_name

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
    from pyspark.sql.connect.session import SparkSession

Told = TypeVar("Told")

_ONLY_ASKS = re.compile(r"\s*(?:SELECT|WITH|EXPLAIN|DESCRIBE)\b", re.IGNORECASE)
_READ = re.compile(r"Relation (?P<table>[^\[\s]*)\[[^\]]*\] (?P<kind>\w+).*?Statistics\(sizeInBytes=(?P<size>[^,)]+)")


@dataclass(slots=True, eq=False)
class SparkClient:
    """One session, fits `Client`. Where the server has forgotten it, another is opened, once."""

    address: str
    session: "SparkSession"

    @property
    def dialect(self) -> str:
        return "spark"

    def types(self, table: str) -> Mapping[str, str]:
        """The columns of a table, or of files, as in `parquet."/data/events"`.

        Raises:
            DataError: there is no such table, or it may not be read.
        """
        everything = write(exp.select("*").from_(relation_of(table)), self.dialect)
        try:
            with in_our_words(f"`{table}` can't be read"):
                fields = self._asked(lambda session: session.sql(everything).schema).fields
        except DataError as error:
            raise DataError(error.what, then=self._near(table) or error.then) from None
        return {field.name: duckdb_name(field.dataType) for field in fields}

    def fetch(self, text: str, most: int) -> Mapping[str, NDArray[Any]]:
        """The columns of an answer.

        Raises:
            DataError: it is no question, Spark refused it or can't be reached, or the answer has more than `most` rows.
        """
        if not _ONLY_ASKS.match(text):
            raise DataError(f"only questions are sent to Spark, not `{text[:40]}`")
        with in_our_words("Spark refused"):
            return _columns(self._asked(lambda session: _fetched(session, text, most)), most)

    def fetch_in_steps(self, views: Sequence[View], last: exp.Select, most: int) -> Mapping[str, NDArray[Any]]:
        """As `fetch`. The session alone sees the views; executors keep their rows until then, where that is cheaper.

        Raises:
            DataError: Spark refused it or can't be reached, or the answer has more than `most` rows.
        """
        text = write(last, self.dialect)

        def ask(session: "SparkSession") -> "pa.Table":
            with ExitStack() as seen:
                for view in views:
                    seen.enter_context(_seen(session, view, write(view.query, self.dialect)))
                return _fetched(session, text, most)

        with in_our_words("Spark refused"):
            return _columns(self._asked(ask), most)

    def cost(self, text: str) -> str:
        """The tables that would be read, and how large Spark takes them for."""
        plan = self.fetch(f"EXPLAIN COST {text}", most=10)
        words = "\n".join(str(line) for column in plan.values() for line in column)
        found = {match["table"] or f"{match['kind']} files": match["size"].strip() for match in _READ.finditer(words)}
        return ", ".join(f"{table} {size}" for table, size in found.items()) or "not known before it runs"

    def close(self) -> None:
        """Let the server forget the session; where there is none any more, nothing is left to forget."""
        with in_our_words("the session can't be closed"):
            self.session.stop()

    def _asked(self, ask: "Callable[[SparkSession], Told]") -> Told:
        from pyspark.errors import PySparkException

        try:
            return ask(self.session)
        except PySparkException as error:
            if not is_lost(error):
                raise
        self.session.stop()
        self.session = opened_session(self.address)
        return ask(self.session)

    def _near(self, table: str) -> str | None:
        """The nearest name beside a table that there isn't; None where names can't be read."""
        relation = relation_of(table)
        beside = [part.name for part in relation.parts[:-1]]
        try:
            with in_our_words("names can't be read"):
                known = [found.name for found in self.session.catalog.listTables(".".join(beside) or None)]
        except DataError:
            return None
        return None if relation.name in known else nearest(relation.name, known)


def _fetched(session: "SparkSession", text: str, most: int) -> "pa.Table":
    return session.sql(text).limit(most + 1).toArrow()


def _columns(rows: "pa.Table", most: int) -> Mapping[str, NDArray[Any]]:
    if rows.num_rows > most:
        raise DataError(f"the answer has more than {most:,} rows", then="ask for less at once, by `where`")
    return columns_of(rows)


@contextmanager
def _seen(session: "SparkSession", view: View, text: str) -> Iterator[None]:
    import grpc  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    frame, is_there = session.sql(text), True
    try:
        if view.is_kept:
            frame.persist()
        frame.createOrReplaceTempView(view.name)
        yield
    except (PySparkException, grpc.RpcError) as error:
        is_there = not is_gone(error)
        raise
    finally:
        if is_there:  # else the view is gone as well, and to clean up would be to wait once more
            _forget(session, view, frame)


def _forget(session: "SparkSession", view: View, frame: "DataFrame") -> None:
    from pyspark.errors import PySparkException

    if view.is_kept:
        with suppress(PySparkException):
            frame.unpersist()
    with suppress(PySparkException):
        session.catalog.dropTempView(view.name)
