"""What a query would read, as far as PostgreSQL's planner and its statistics know."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg

_SIZES = """
SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8, coalesce(sum(pg_relation_size(c.oid)), 0)::float8
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
_MOST_NAMED = 5


def told_cost(cursor: "psycopg.Cursor[tuple[Any, ...]]", text: str) -> str:
    """Tables and partitions, rows and bytes, in a line."""
    cursor.execute(f"EXPLAIN (FORMAT JSON, VERBOSE) {text}".encode())
    (told,) = cursor.fetchone() or ("[]",)
    plan = json.loads(told) if isinstance(told, str) else told
    tables = sorted({found for root in plan for found in _tables(root["Plan"])})
    cursor.execute(_SIZES, ([schema for schema, _ in tables], [name for _, name in tables]))
    rows, size = cursor.fetchone() or (0.0, 0.0)
    return f"reads {_named(tables)}: about {rows:,.0f} rows, {size / 2**20:,.1f} MiB"


def _tables(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "Relation Name" in node:
        yield node.get("Schema", ""), node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _tables(child)


def _named(tables: list[tuple[str, str]]) -> str:
    names = [name for _, name in tables]
    rest = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "") if names else "no table"
