"""Parquet files as tables of PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import duckdb
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from support.engines.loaded import Loaded

_PASSWORD = "between us: @/?"  # noqa: S105 - of a role that lives as long as a test


@contextmanager
def database_for_people(server: URL) -> Iterator[URL]:
    """The URL of a database whose text is ordered as in a dictionary, not by its bytes; dropped at the end."""
    name = f"d{uuid4().hex}"
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        dictionary = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en' TEMPLATE template0"
        connection.execute(sql.SQL("CREATE DATABASE {} " + dictionary).format(sql.Identifier(name)))
        try:
            yield server.set(database=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def filling(database: URL, root: Path) -> Iterator[Loaded]:
    """Tables go into the database; they are asked by a role that may read them."""
    role = f"reader_{uuid4().hex}"
    with psycopg.connect(_plain(database), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), _PASSWORD))
        try:
            reader = database.set(drivername="postgresql", username=role, password="PASSWORD")  # noqa: S106 - a name
            address = reader.render_as_string(hide_password=False).replace("PASSWORD", "${WAREHOUSE_PASSWORD}")

            def load(table: str, path: Path) -> str:
                _copy(connection, table, path, root)
                grant = sql.SQL("GRANT SELECT ON {} TO {}")
                connection.execute(grant.format(*map(sql.Identifier, (table, role))))
                connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
                return table

            yield Loaded(address, load, {"WAREHOUSE_PASSWORD": _PASSWORD})
        finally:
            connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(role)))


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", table: str, path: Path, root: Path) -> None:
    """By way of CSV, in which DuckDB writes times as UTC."""
    plain = root / f"{table}.csv"
    with duckdb.connect(":memory:") as reading:
        reading.execute("SET TimeZone = 'UTC'")
        columns = reading.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()  # noqa: S608
        null = "'∅'"
        reading.execute(f"COPY (SELECT * FROM '{path}') TO '{plain}' (HEADER false, NULLSTR {null})")  # noqa: S608
    typed = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind.replace("DOUBLE", "DOUBLE PRECISION")))
        for name, kind, *_ in columns
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table), typed))
    copy = sql.SQL("COPY {} FROM STDIN (FORMAT csv, NULL '∅')").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(copy) as rows:
        rows.write(plain.read_bytes())
