"""Files of text, taken as they are, and what their columns hold, found by looking at every value."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from aftermerge.errors import DataError, Place
from aftermerge.model.batch import Rejected
from aftermerge.usage.store.names import identifier, listed, literal
from aftermerge.usage.store.times import written

if TYPE_CHECKING:
    import duckdb

_BLANKS = ("", "N/A", "n/a", "NA", "NaN", "nan", "null", "NULL", "None", "-", "—")
_FITTING = 0.95
"""A column is of a kind when this share of what is not blank reads as that kind."""
_DIGITS = r"[+-]?\d+"
_DELIMITED = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many values of a column read as what; blank ones are left out."""

    filled: int
    wholes: int
    numbers: int
    identifiers: int
    booleans: int
    times: int

    @property
    def kind(self) -> str | None:
        """The engine's name of what the column holds; None where all is blank. Whole numbers with a leading zero, or
        too long for 64 bits, are text.
        """
        if not self.filled:
            return None
        enough = _FITTING * self.filled
        if self.times >= enough:
            return "TIMESTAMP"
        if self.booleans >= enough:
            return "BOOLEAN"
        if self.identifiers or self.numbers < enough:
            return "VARCHAR"
        return "BIGINT" if self.wholes == self.numbers else "DOUBLE"


def suffix_of(path: Path) -> str:
    """What says how to read a file, whether or not it is packed."""
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()


def load(
    connection: "duckdb.DuckDBPyConnection", path: Path, name: str, relation: str
) -> tuple[tuple[str, ...], list[Rejected]]:
    """Read a file into the table `relation`, every column as text; its columns, and the lines that are no rows.

    Raises:
        DataError: it can't be read as what its suffix says.
    """
    import duckdb

    try:
        if suffix_of(path) in _DELIMITED:
            broken = _load_delimited(connection, path, name, relation)
        else:
            broken = _load_lines(connection, path, relation)
    except duckdb.Error as error:
        first_line = str(error).strip().splitlines()[0]
        raise DataError(f"it can't be read: {first_line}", where=Place(name), then="export it again") from error
    described = connection.execute(f"DESCRIBE {relation}").fetchall()
    return tuple(str(row[0]) for row in described), broken


def tallies(connection: "duckdb.DuckDBPyConnection", relation: str, columns: Sequence[str]) -> Mapping[str, Tally]:
    """What each column holds, over all rows."""
    if not columns:
        return {}
    counts = ", ".join(", ".join(_counts(unblank(identifier(name)))) for name in columns)
    row = connection.execute(f"SELECT {counts} FROM {relation}").fetchone() or ()
    width = len(Tally.__dataclass_fields__)
    return {name: Tally(*row[place * width : (place + 1) * width]) for place, name in enumerate(columns)}


def unblank(column: str) -> str:
    """A text, null where it says nothing."""
    return f"(CASE WHEN list_contains({listed(_BLANKS)}, trim({column})) THEN NULL ELSE {column} END)"


def fits(text: str, kind: str, zone: str) -> str:
    """A text as a value of a kind; null where it is none. A time without a zone of its own is in `zone`."""
    if kind == "TIMESTAMP":
        return written(text, zone)
    if kind == "BOOLEAN":
        return f"(CASE lower(trim({text})) WHEN 'true' THEN true WHEN 'false' THEN false END)"
    if kind in _WHOLE:  # the engine would round 1.5
        return f"(CASE WHEN regexp_full_match(trim({text}), '{_DIGITS}') THEN TRY_CAST({text} AS {kind}) END)"
    return f"TRY_CAST({text} AS {kind})"


def misfit(kind: str) -> str:
    """What is said of a text that is no value of a kind."""
    return _MISFITS.get(kind, f"not {kind}")


_MISFITS = MappingProxyType(
    {"BIGINT": "not a whole number", "DOUBLE": "not a number", "BOOLEAN": "neither true nor false",
     "TIMESTAMP": "not a time", "DATE": "not a day"}
)  # fmt: skip
_WHOLE = tuple(
    f"{sign}{name}" for sign in ("", "U") for name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
)


def _counts(text: str) -> list[str]:
    whole = f"CAST(TRY_CAST({text} AS BIGINT) AS VARCHAR) = {text}"
    number = f"isfinite(TRY_CAST({text} AS DOUBLE))"
    conditions = (
        f"{text} IS NOT NULL",
        whole,
        number,
        f"CASE WHEN {number} AND NOT coalesce({whole}, false) THEN regexp_full_match({text}, '{_DIGITS}') END",
        f"lower({text}) IN ('true', 'false')",
        f"CASE WHEN coalesce({number}, false) THEN false ELSE TRY_CAST({text} AS TIMESTAMP) IS NOT NULL END",
    )
    return [f"count(*) FILTER ({condition})" for condition in conditions]


def _load_delimited(connection: "duckdb.DuckDBPyConnection", path: Path, name: str, relation: str) -> list[Rejected]:
    wrong = f"{relation}_wrong"
    options = "all_varchar = true, header = true, store_rejects = true, rejects_limit = 0"
    tables = f"rejects_table = {literal(wrong)}, rejects_scan = {literal(f'{relation}_scans')}"
    delimiter = ", delim = '\t'" if suffix_of(path) == ".tsv" else ""
    reader = f"read_csv({listed([escape(str(path))])}, {options}, {tables}{delimiter})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {relation} AS SELECT * FROM {reader}")
    rows = connection.execute(
        f"SELECT line, first(error_message), first(csv_line) FROM {wrong} GROUP BY line ORDER BY line"
    ).fetchall()
    for table in (wrong, f"{relation}_scans"):
        connection.execute(f"DROP TABLE {table}")
    return [Rejected(name, int(line), None, str(why).splitlines()[0], str(raw or "")) for line, why, raw in rows]


def _load_lines(connection: "duckdb.DuckDBPyConnection", path: Path, relation: str) -> list[Rejected]:
    file = listed([escape(str(path))])
    lines = "format = 'newline_delimited', ignore_errors = true"
    looked = f"DESCRIBE SELECT * FROM read_json({file}, {lines}, sample_size = -1, maximum_depth = 1)"
    columns = [str(row[0]) for row in connection.execute(looked).fetchall()]
    shape = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    select = f"SELECT * FROM read_json({file}, {lines}, columns = {{{shape}}})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {relation} AS {select}")
    return []
