"""Any file that can be read, as a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aftermerge.connectors.csv.delimited import read_delimited
from aftermerge.connectors.csv.json_lines import read_json_lines
from aftermerge.connectors.csv.opening import check_file, format_of, opened
from aftermerge.connectors.csv.parquet import read_parquet
from aftermerge.connectors.csv.table import Table

__all__ = ["open_table"]


@contextmanager
def open_table(file: Path, delimiter: str | None = None) -> Iterator[Table]:
    """Open a file by its suffix.

    Raises:
        DataError: it is missing, empty or broken as a whole, or its suffix is unknown.
    """
    check_file(file)
    suffix = format_of(file)
    if suffix == ".parquet":
        with read_parquet(file) as table:
            yield table
        return
    with opened(file) as source:
        if suffix in (".jsonl", ".ndjson"):
            yield read_json_lines(source)
        else:
            yield read_delimited(source, delimiter or ("\t" if suffix == ".tsv" else None))
