"""How each engine writes a query: one dialect a file, and the names by which settings and commands know them."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from sqlglot import Dialect, exp

from aftermerge.errors import InputError, nearest

__all__ = ["DUCKDB", "NAMES", "known", "write"]

DUCKDB = "duckdb"

_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "bigquery": "bigquery:BigQuery",
        "clickhouse": "clickhouse:ClickHouse",
        "databricks": "spark:Spark",
        DUCKDB: "duckdb:DuckDb",
        "postgres": "postgres:Postgres",
        "snowflake": "snowflake:Snowflake",
        "spark": "spark:Spark",
        "trino": "trino:Trino",
    }
)
"""Databricks speaks Spark's SQL."""

NAMES = tuple(_CLASSES)


def known(dialect: str) -> str:
    """The name of a dialect.

    Raises:
        InputError: there is none of that name; the nearest is offered.
    """
    if dialect not in _CLASSES:
        raise InputError(f"there is no dialect `{dialect}`", then=nearest(dialect, NAMES))
    return dialect


def write(statement: exp.Expr, dialect: str = DUCKDB, *, is_pretty: bool = False) -> str:
    """The statement in a dialect's words.

    Raises:
        InputError: there is no such dialect.
    """
    return statement.sql(dialect=_dialect(dialect), pretty=is_pretty, comments=False)


@cache
def _dialect(name: str) -> type[Dialect]:
    module, _, chosen = _CLASSES[known(name)].partition(":")
    found: type[Dialect] = getattr(import_module(f"{__name__}.{module}"), chosen)
    return found
