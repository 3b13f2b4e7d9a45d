"""Spark's types, by DuckDB's names of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "boolean": "BOOLEAN",
        "tinyint": "TINYINT",
        "smallint": "SMALLINT",
        "int": "INTEGER",
        "bigint": "BIGINT",
        "float": "FLOAT",
        "double": "DOUBLE",
        "string": "VARCHAR",
        "date": "DATE",
        "timestamp": "TIMESTAMP WITH TIME ZONE",
        "timestamp_ntz": "TIMESTAMP",
        "binary": "BLOB",
    }
)


def duckdb_name(kind: Any) -> str:
    """Of a `pyspark.sql.types.DataType`; what has no name of its own here keeps Spark's, in capitals."""
    word: str = kind.simpleString()
    if word.startswith("map<"):
        return f"MAP({duckdb_name(kind.keyType)}, {duckdb_name(kind.valueType)})"
    if word.startswith(("varchar(", "char(", "string ")):
        return "VARCHAR"
    return _NAMES.get(word, word.upper())
