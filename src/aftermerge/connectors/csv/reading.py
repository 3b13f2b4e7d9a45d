"""Any file that can be read, as a table."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from aftermerge.connectors.csv.delimited import read_delimited
from aftermerge.connectors.csv.flat import as_it_is
from aftermerge.connectors.csv.json_document import read_document
from aftermerge.connectors.csv.json_lines import Record, read_json_lines
from aftermerge.connectors.csv.opening import check_file, format_of, opened
from aftermerge.connectors.csv.parquet import read_parquet
from aftermerge.connectors.csv.table import Table

__all__ = ["open_table"]


@contextmanager
def open_table(
    file: Path, delimiter: str | None = None, shape: Callable[[Record], Record] = as_it_is
) -> Iterator[Table]:
    """Open a file by its suffix. JSON objects become rows in their `shape`.

    Raises:
        DataError: it is missing, empty or broken as a whole, or its suffix is unknown.
    """
    check_file(file)
    suffix = format_of(file)
    if suffix == ".parquet":
        with read_parquet(file) as table:
            yield table
        return
    with ExitStack() as stack:
        document = read_document(stack.enter_context(opened(file)), shape) if suffix == ".json" else None
        source = stack.enter_context(opened(file))
        if suffix in (".json", ".jsonl", ".ndjson"):
            yield document or read_json_lines(source, shape)
        else:
            yield read_delimited(source, delimiter or ("\t" if suffix == ".tsv" else None))
