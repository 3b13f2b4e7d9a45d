"""Which rows are wanted."""

from collections.abc import Iterator, Mapping

from aftermerge.connectors.csv.table import Broken, Row, Table

__all__ = ["wanted_rows"]


def wanted_rows(table: Table, only: Mapping[str, tuple[str, ...]]) -> Iterator[Row | Broken]:
    """Rows whose columns hold one of the values named for them; broken lines always.

    Raises:
        DataError: `only` names a column that is not there.
    """
    if not only:
        return table.rows
    places = {table.place(column): frozenset(values) for column, values in only.items()}
    return (row for row in table.rows if isinstance(row, Broken) or _fits(row, places))


def _fits(row: Row, places: Mapping[int, frozenset[str]]) -> bool:
    return all(_value(row.cells[place]) in values for place, values in places.items())


def _value(cell: str) -> str:
    text = cell.strip()
    return text.lower() if text.lower() in ("true", "false") else text
