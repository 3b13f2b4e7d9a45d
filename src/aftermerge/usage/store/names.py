"""Columns that the store adds to a table's own, and how names and texts stand in DuckDB's SQL."""

from collections.abc import Iterable
from glob import escape

from aftermerge.model.kept import CodeKind

PREFIX = "aftermerge_"
CODES: dict[CodeKind, str] = {"unit": "aftermerge_unit", "account": "aftermerge_account"}
"""The columns of whole numbers that stand for units and accounts."""
FILE = "aftermerge_file"
"""The number of the taken file that a row came from."""
PATH = "aftermerge_path"
"""The file that a row stands in, where that is asked."""
OF_THE_ENGINE = ("rowid", "file_row_number")
"""What the engine itself calls the place of a row."""
AT, DAY, ROW, REASON = "aftermerge_at", "aftermerge_day", "aftermerge_row", "aftermerge_reason"
"""What is known of a row while it is taken in, and not kept."""


def identifier(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def literal(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def is_address(text: str) -> bool:
    """Whether a text is a mail address, and so a person's own, wherever it stands."""
    return "@" in text


def listed(texts: Iterable[str]) -> str:
    """A list of texts."""
    return f"[{', '.join(map(literal, texts))}]"


def parquet(paths: Iterable[object], *options: str) -> str:
    """Exactly these files, as a relation; columns go by their names."""
    return f"read_parquet({', '.join((listed(escape(str(path)) for path in paths), 'union_by_name = true', *options))})"
