"""Which types a table has in ClickHouse whose columns DuckDB describes."""

_TYPES = {
    "VARCHAR": "String",
    "BOOLEAN": "Bool",
    "TINYINT": "Int8",
    "SMALLINT": "Int16",
    "INTEGER": "Int32",
    "BIGINT": "Int64",
    "FLOAT": "Float32",
    "DOUBLE": "Float64",
    "DATE": "Date32",
    "TIMESTAMP": "DateTime64(6, 'UTC')",
    "TIMESTAMP WITH TIME ZONE": "DateTime64(6, 'Asia/Tokyo')",
}
_FEW_WORDS = ("event", "region", "Variante")
"""Columns that a table in ClickHouse keeps in a dictionary."""


def clickhouse_type(name: str, kind: str) -> str:
    """The type of a column: one that may be null."""
    bare = f"Decimal{kind.removeprefix('DECIMAL')}" if kind.startswith("DECIMAL") else _TYPES[kind]
    nullable = f"Nullable({bare})"
    return f"LowCardinality({nullable})" if name in _FEW_WORDS else nullable
