"""Days that were asked for before are taken from the cube, the others are asked for and kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import Any

import numpy as np

from aftermerge.usage.cube.days import KnownDay, runs
from aftermerge.usage.cube.shelf import Cell, Column, Shelf
from aftermerge.usage.rows import Rows

VERSION = 1
"""Of what a column's rows are computed by: another when the same definition gives other numbers."""

Ask = Callable[[frozenset[str], Sequence[KnownDay]], Rows]
"""Asks for columns of days that follow one another: a row a day on which there were events, without its neighbours."""


@dataclass(frozen=True, slots=True)
class Cube:
    """Columns by what defines them, on a shelf."""

    shelf: Shelf

    def rows(
        self, definitions: Mapping[str, str], days: Sequence[KnownDay], ask: Ask, still: Callable[[], bool]
    ) -> Rows:
        """A row a day on which there were events, in their order: `day`, and a column a definition.

        `first_at` is among the columns, and tells whether there were any. Nothing is kept unless the files are `still`
        as they were when all was asked.
        """
        digests = {name: _digest(text) for name, text in definitions.items()}
        kept = {name: dict(self.shelf.read(digest)) for name, digest in digests.items()}
        stamps = {_on(day): day.stamp for day in days}
        current = {name: _current(column, stamps) for name, column in kept.items()}
        changed = self._fill(current, days, ask)
        if changed and still():
            for name in sorted(changed):
                self.shelf.write(digests[name], current[name])
            self.shelf.tidy()
        return _laid(current, sorted(stamps))

    def _fill(self, current: dict[str, dict[np.datetime64, Cell]], days: Sequence[KnownDay], ask: Ask) -> set[str]:
        """Ask for what is missing; the names of the columns that have changed."""

        def missing(day: KnownDay) -> frozenset[str]:
            on = _on(day)
            return frozenset(name for name, column in current.items() if on not in column)

        wanted = [(run, missing(run[0])) for run in runs(days, missing)]
        for run, names in wanted:
            if names:
                _put(current, names, run, ask(names, run))
        return set(chain.from_iterable(names for _, names in wanted))


def _on(day: KnownDay) -> np.datetime64:
    return np.datetime64(day.day, "D")


def _digest(definition: str) -> str:
    return sha256(f"{VERSION}\n{definition}".encode()).hexdigest()


def _current(column: Column, stamps: Mapping[np.datetime64, str]) -> dict[np.datetime64, Cell]:
    """The days that rest on what they rested on when they were kept."""
    return {day: cell for day, cell in column.items() if stamps.get(day) == cell.stamp}


def _put(
    current: Mapping[str, dict[np.datetime64, Cell]], names: frozenset[str], run: Sequence[KnownDay], rows: Rows
) -> None:
    at = {day: index for index, day in enumerate(rows.dates("day"))}
    for name in names:
        values = _values(rows.columns[name])
        for known in run:
            on = _on(known)
            current[name][on] = Cell(known.stamp, values[at[on]] if on in at else None)


def _values(column: Any) -> list[Any]:
    """None where there is nothing; numbers as float64, times as they are."""
    masked = np.ma.getmaskarray(column)
    data = np.ma.getdata(column)
    data = data.astype("datetime64[us]" if data.dtype.kind == "M" else np.float64)
    return [None if nothing else value for value, nothing in zip(data, masked, strict=True)]


def _laid(current: Mapping[str, Mapping[np.datetime64, Cell]], days: Sequence[np.datetime64]) -> Rows:
    there = [day for day in days if current["first_at"][day].value is not None]
    columns = {name: _column([column[day].value for day in there]) for name, column in current.items()}
    return Rows({"day": np.array(there, dtype="datetime64[D]"), **columns})


def _column(values: list[Any]) -> Any:
    nothing = np.array([value is None for value in values], dtype=np.bool_)
    is_time = any(isinstance(value, np.datetime64) for value in values)
    filler: Any = np.datetime64(0, "us") if is_time else 0.0
    data = np.array([filler if value is None else value for value in values], dtype=type_of(is_time))
    return np.ma.array(data, mask=nothing)


def type_of(is_time: bool) -> str:
    return "datetime64[us]" if is_time else "float64"
