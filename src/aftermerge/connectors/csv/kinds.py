"""What the columns of a table hold, found by looking at every value."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal

from aftermerge.connectors.csv.clean import AmbiguousTimeError, UnreadableError, is_blank, moment, number, whole

__all__ = ["ALL_DECIMAL", "ALL_NAIVE", "ALL_UTC", "ALL_WHOLE", "TRUTHS", "Kind", "Tally", "joined"]

Kind = Literal["whole", "number", "boolean", "time", "text"]

TRUTHS = {"true": True, "false": False}

_FITTING = 0.95
"""A column is of a kind when this share of what is not blank reads as that kind."""

# A column's values joined by newlines, tested in one go: much faster than one by one.
ALL_WHOLE = re.compile(r"(?:-?(?:0|[1-9]\d{0,17})(?:\n(?!\Z)|\Z))++", re.ASCII)
ALL_DECIMAL = re.compile(r"(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?(?:\n(?!\Z)|\Z))++", re.ASCII)
_DAY = r"(?:19[7-9]|20\d)\d-[01]\d-[0-3]\d"
_CLOCK = r"[T ][0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
ALL_UTC = re.compile(rf"(?:{_DAY}{_CLOCK}Z(?:\n(?!\Z)|\Z))++", re.ASCII)
ALL_NAIVE = re.compile(rf"(?:{_DAY}(?:{_CLOCK})?(?:\n(?!\Z)|\Z))++", re.ASCII)
_ALL_ISO = re.compile(rf"(?:{_DAY}(?:{_CLOCK}(?:Z|[+-]\d\d:\d\d)?)?(?:\n(?!\Z)|\Z))++", re.ASCII)
_DIGITS = re.compile(r"[+-]?\d+", re.ASCII)
_MAY_BE_NUMBER = re.compile(r"[+\-−.]?\d", re.ASCII)


def joined(values: Sequence[str]) -> str:
    """Values as lines; empty when one of them runs over lines, so that no pattern is fooled."""
    lines = "\n".join(values)
    return lines if lines.count("\n") == len(values) - 1 else ""


@dataclass(slots=True)
class Tally:
    """How many values of one column read as what. Filled by `add`, asked by `kind`."""

    zone: tzinfo = UTC
    time_format: str | None = None
    filled: int = 0
    wholes: int = 0
    numbers: int = 0
    booleans: int = 0
    times: int = 0
    identifiers: int = 0

    def add(self, values: Sequence[str]) -> None:
        """Count more values of the column."""
        if self.time_format or not self._add_alike(values):
            self._add_each(Counter(values).items())

    def kind(self) -> Kind:
        """What the column holds. A whole number with a leading zero, or too long for 64 bits, makes it text."""
        if not self.filled:
            return "text"
        if self.times >= _FITTING * self.filled:
            return "time"
        if self.booleans >= _FITTING * self.filled:
            return "boolean"
        if self.identifiers or self.numbers < _FITTING * self.filled:
            return "text"
        return "whole" if self.wholes == self.numbers else "number"

    def _add_alike(self, values: Sequence[str]) -> bool:
        """Count values that are all of one kind; False when they are not."""
        lines = joined(values)
        if ALL_WHOLE.fullmatch(lines):
            self.wholes += len(values)
            self.numbers += len(values)
        elif ALL_DECIMAL.fullmatch(lines):
            self.numbers += len(values)
            self.identifiers += any(len(value) > 18 and _DIGITS.fullmatch(value) is not None for value in values)
        elif _ALL_ISO.fullmatch(lines):
            self.times += len(values)
        else:
            return False
        self.filled += len(values)
        return True

    def _add_each(self, values: Iterable[tuple[str, int]]) -> None:
        for value, count in values:
            text = value.strip()
            if is_blank(text):
                continue
            self.filled += count
            if text.lower() in TRUTHS:
                self.booleans += count
            elif self.time_format and self._is_time(text):
                self.times += count
            elif _MAY_BE_NUMBER.match(text):
                self._add_digits(text, count)

    def _add_digits(self, text: str, count: int) -> None:
        if _is_number(text):
            self.numbers += count
            self.wholes += count * (whole(text) is not None)
            self.identifiers += count * (whole(text) is None and _DIGITS.fullmatch(text) is not None)
        elif self._is_time(text):
            self.times += count

    def _is_time(self, text: str) -> bool:
        try:
            moment(text, self.zone, self.time_format)
        except AmbiguousTimeError:
            return True
        except UnreadableError:
            return False
        return True


def _is_number(text: str) -> bool:
    try:
        number(text)
    except UnreadableError:
        return False
    return True
