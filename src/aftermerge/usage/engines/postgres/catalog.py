"""The columns of a table, from PostgreSQL's own catalogue."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import psycopg

from aftermerge.errors import DataError, nearest
from aftermerge.usage.engines.engine import relation_of

_MOST_TABLES = 1_000
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "int2": "SMALLINT",
        "int4": "INTEGER",
        "int8": "BIGINT",
        "float4": "FLOAT",
        "float8": "DOUBLE",
        "numeric": "DECIMAL",
        "bool": "BOOLEAN",
        "text": "VARCHAR",
        "varchar": "VARCHAR",
        "bpchar": "ENUM",
        "citext": "ENUM",
        "name": "ENUM",
        "char": "ENUM",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "timestamptz": "TIMESTAMP WITH TIME ZONE",
        "json": "JSON",
        "jsonb": "JSON",
        "uuid": "UUID",
    }
)
"""DuckDB's names. Text with rules of its own (blanks, capitals, a list of words) is `ENUM`, and read as plain text."""

_COLUMNS = """
WITH RECURSIVE base AS (
  SELECT a.attnum, a.attname, a.atttypid AS kind FROM pg_attribute AS a
  WHERE a.attrelid = %(table)s AND a.attnum > 0 AND NOT a.attisdropped
    AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
  UNION ALL
  SELECT b.attnum, b.attname, t.typbasetype FROM base AS b JOIN pg_type AS t ON t.oid = b.kind WHERE t.typtype = 'd'
)
SELECT b.attname, t.typname, t.typtype::text FROM base AS b JOIN pg_type AS t ON t.oid = b.kind
WHERE t.typtype <> 'd' ORDER BY b.attnum
"""
_NEAR = """
SELECT CASE WHEN n.nspname = ANY (current_schemas(false)) THEN c.relname ELSE n.nspname || '.' || c.relname END
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname NOT LIKE 'pg_toast%%' AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1 LIMIT %(most)s
"""


def types(cursor: "psycopg.Cursor[tuple[Any, ...]]", table: str) -> dict[str, str]:
    """By column, what it holds; a domain is what it stands for. Columns that may not be read are left out.

    Raises:
        DataError: there is no such table, or none of it may be read.
    """
    cursor.execute("SELECT to_regclass(%(name)s)::oid", {"name": relation_of(table).sql(dialect="postgres")})
    found = cursor.fetchone()
    if found is None or found[0] is None:
        raise DataError(f"PostgreSQL has no table `{table}` that may be read", then=_nearest(cursor, table))
    columns = cursor.execute(_COLUMNS, {"table": found[0]}).fetchall()
    if not columns:
        then = f"let the role read it: `GRANT SELECT ON {table} TO …`"
        raise DataError(f"the table `{table}` may not be read by this role", then=then)
    return {column: _named(kind, typtype) for column, kind, typtype in columns}


def _named(kind: str, typtype: str) -> str:
    return "ENUM" if typtype == "e" else _KINDS.get(kind, kind.upper())


def _nearest(cursor: "psycopg.Cursor[tuple[Any, ...]]", table: str) -> str:
    known = [name for (name,) in cursor.execute(_NEAR, {"most": _MOST_TABLES}).fetchall()]
    return nearest(table, known[:_MOST_TABLES]) if known else "let the role read one: `GRANT SELECT ON … TO …`"
