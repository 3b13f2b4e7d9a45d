"""One connection, made again where the server ended it: each query is a transaction that may read and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import psycopg
from numpy.typing import NDArray
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.numeric import FloatLoader
from psycopg.types.string import TextLoader

from aftermerge.errors import DataError
from aftermerge.usage.engines.postgres import catalog
from aftermerge.usage.engines.postgres.columns import columns_of
from aftermerge.usage.engines.postgres.cost import told_cost
from aftermerge.usage.engines.postgres.refusals import refused, unreachable

MOST_SECONDS_TO_REACH = 10
_ALIVE: Mapping[str, str] = MappingProxyType(
    {"keepalives_idle": "60", "keepalives_interval": "10", "keepalives_count": "6"}
)
MOST_SECONDS_A_QUERY = 1_800

_BEGIN = f"""
SET TRANSACTION READ ONLY;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL standard_conforming_strings = on;
SELECT set_config('statement_timeout', '{MOST_SECONDS_A_QUERY}s', true)
WHERE current_setting('statement_timeout') = '0';
"""
"""In the transaction alone: a pool between us and the server may give its session to others."""


class PostgresClient:
    """Fits `Client`. A time limit that the address or the role sets holds over ours."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: psycopg.Connection | None = None

    @property
    def dialect(self) -> str:
        return "postgres"

    def reach(self) -> psycopg.Connection:
        """The connection; a new one where there is none, or the server ended it.

        Raises:
            DataError: the address can't be read, or nobody lets us in there.
        """
        if self._connection is None or self._connection.closed:
            self._connection = _connected(self._address)
        return self._connection

    def types(self, table: str) -> Mapping[str, str]:
        """The columns of a table, view, or foreign table, by DuckDB's names of types.

        Raises:
            DataError: there is no such table, or it may not be read.
        """
        with self._asking() as cursor:
            return catalog.types(cursor, table)

    def fetch(self, text: str, most: int) -> Mapping[str, NDArray[Any]]:
        """The columns of an answer.

        Raises:
            DataError: the server refused, ended or took too long over it, or it has more than `most` rows.
        """
        with self._asking() as cursor:
            cursor.execute(f"SELECT * FROM (\n{text}\n) AS answer LIMIT {most + 1}".encode())  # noqa: S608 - our own
            if cursor.rowcount > most:
                raise DataError(f"the answer has more than {most:,} rows", then="ask for fewer segments or days")
            return columns_of(cursor)

    def cost(self, text: str) -> str:
        """The tables and partitions that a query would read, and how large they are.

        Raises:
            DataError: the server refused.
        """
        with self._asking() as cursor:
            return told_cost(cursor, text)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @contextmanager
    def _asking(self) -> "Iterator[psycopg.Cursor[tuple[Any, ...]]]":
        connection = self.reach()
        try:
            with connection.transaction(), connection.cursor() as cursor:
                cursor.execute(_BEGIN.encode())
                yield cursor
        except psycopg.Error as error:
            raise refused(error) from error


def _connected(address: str) -> psycopg.Connection:
    try:
        given: dict[str, Any] = conninfo_to_dict(address)
    except psycopg.Error:
        # What it says may repeat the password.
        then = "write it as `postgresql://user:${NAME}@host:5432/database`"
        raise DataError("the address of the PostgreSQL engine can't be read", then=then) from None
    given.setdefault("connect_timeout", str(MOST_SECONDS_TO_REACH))
    given.setdefault("application_name", "aftermerge")
    for name, value in _ALIVE.items():  # else a server that vanishes is waited for
        given.setdefault(name, value)
    try:
        # A pool may hand each transaction to another session, which knows no statement that was prepared before.
        connection = psycopg.connect(**given, autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        raise unreachable(error, given) from None
    connection.adapters.register_loader("numeric", FloatLoader)
    for kind in ("date", "timestamp", "timestamptz"):
        connection.adapters.register_loader(kind, TextLoader)
    return connection
