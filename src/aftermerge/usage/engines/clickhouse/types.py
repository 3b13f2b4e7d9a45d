"""ClickHouse's types by DuckDB's names, and its columns of JSON as numpy's."""

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WRAPPED = re.compile(r"(?:Nullable|LowCardinality)\((.*)\)$", re.DOTALL)
_SIMPLE_AGGREGATE = re.compile(r"SimpleAggregateFunction\(\w+(?:\([^)]*\))?, (.*)\)$", re.DOTALL)
_NAMES = MappingProxyType(
    {
        **{f"Int{bits}": name for bits, name in ((8, "TINYINT"), (16, "SMALLINT"), (32, "INTEGER"), (64, "BIGINT"))},
        **{f"UInt{bits}": f"U{name}" for bits, name in ((8, "TINYINT"), (16, "SMALLINT"), (32, "INTEGER"))},
        "UInt64": "UBIGINT",
        **dict.fromkeys(("Int128", "Int256"), "HUGEINT"),
        **dict.fromkeys(("UInt128", "UInt256"), "UHUGEINT"),
        **dict.fromkeys(("Float32", "BFloat16"), "FLOAT"),
        "Float64": "DOUBLE",
        **dict.fromkeys(("Decimal", "Decimal32", "Decimal64", "Decimal128", "Decimal256"), "DECIMAL"),
        "Bool": "BOOLEAN",
        **dict.fromkeys(("String", "FixedString"), "VARCHAR"),
        **dict.fromkeys(("Enum8", "Enum16"), "ENUM"),
        "UUID": "UUID",
        **dict.fromkeys(("Date", "Date32"), "DATE"),
        **dict.fromkeys(("DateTime", "DateTime64"), "TIMESTAMP WITH TIME ZONE"),
        "JSON": "JSON",
    }
)
_TIMES = ("DateTime", "DateTime64", "Date", "Date32")


def duckdb_type(kind: str) -> str:
    """The name that DuckDB has for a type. A DateTime is a moment, whatever zone it is shown in; a Map may hold
    properties where both its sides are text."""
    bare = _bare(kind)
    if bare.startswith("Map("):
        return "MAP(VARCHAR, VARCHAR)" if bare.replace(" ", "") in _TEXT_MAPS else "MAP"
    return _NAMES.get(bare.split("(")[0], bare.split("(")[0].upper())


_TEXT_MAPS = frozenset(
    f"Map({key},{value})"
    for key in ("String", "LowCardinality(String)")
    for value in ("String", "LowCardinality(String)", "Nullable(String)", "LowCardinality(Nullable(String))")
)


def column(values: Sequence[Any], kind: str) -> NDArray[Any]:
    """A column of an answer, (rows,), masked where null."""
    base, mask = _bare(kind).split("(")[0], [value is None for value in values]
    if base in _TIMES:
        data = np.array(["NaT" if value is None else value for value in values], dtype="datetime64[us]")
    elif _is_number(base):
        data = np.array([0.0 if value is None else float(value) for value in values], dtype=np.float64)
    else:
        data = np.array(["" if value is None else value for value in values], dtype=object)
    masked: NDArray[Any] = np.ma.MaskedArray(data, mask=np.array(mask, dtype=bool))
    return masked


def _is_number(base: str) -> bool:
    return base == "Bool" or base.startswith(("Int", "UInt", "Float", "BFloat", "Decimal"))


def _bare(kind: str) -> str:
    """A type without what may be null, stands in a dictionary, or is merged as it is."""
    while (found := _WRAPPED.match(kind) or _SIMPLE_AGGREGATE.match(kind)) is not None:
        kind = found[1]
    return kind
