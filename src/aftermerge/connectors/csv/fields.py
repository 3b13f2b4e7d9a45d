"""A row's cells by our names, each read as what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aftermerge.connectors.csv.clean import UnreadableError, boolean, is_blank, moment, money, number
from aftermerge.connectors.csv.table import Row, is_damaged, printable

__all__ = ["FieldError", "Fields", "FieldsReader"]


class FieldError(UnreadableError):
    """A field that can't be used; `field` is our name for it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class FieldsReader:
    """Where our fields stand in a row, and how a time is read."""

    places: Mapping[str, int]
    zone: tzinfo
    time_format: str | None

    def read(self, row: Row) -> "Fields":
        return Fields(self, row)


@dataclass(frozen=True, slots=True)
class Fields:
    """One row, asked by our names. What can't be read raises FieldError."""

    reader: FieldsReader
    row: Row

    def words(self, field: str) -> str:
        """A text as it was written, without the space around it; empty when there is none."""
        place = self.reader.places.get(field)
        return "" if place is None else printable(self.row.cells[place].strip())

    def text(self, field: str) -> str | None:
        """A short text; None when it says nothing."""
        text = self.words(field)
        return None if is_blank(text) else text

    def number(self, field: str) -> float | None:
        text = self.text(field)
        try:
            return None if text is None else number(text)
        except UnreadableError as error:
            raise FieldError(field, str(error)) from None

    def money(self, field: str) -> float | None:
        text = self.text(field)
        try:
            return None if text is None else money(text)
        except UnreadableError as error:
            raise FieldError(field, str(error)) from None

    def boolean(self, field: str, default: bool) -> bool:
        text = self.text(field)
        try:
            return default if text is None else boolean(text)
        except UnreadableError as error:
            raise FieldError(field, str(error)) from None

    def time(self, field: str) -> datetime | None:
        text = self.text(field)
        try:
            return None if text is None else moment(text, self.reader.zone, self.reader.time_format)
        except UnreadableError as error:
            raise FieldError(field, str(error)) from None

    def needed_time(self, field: str) -> datetime:
        time = self.time(field)
        if time is None:
            raise FieldError(field, "there is no time")
        return time

    def refuse_damage(self, *fields: str) -> None:
        """Raises FieldError where one of these fields holds bytes that could not be decoded."""
        for field in fields:
            place = self.reader.places.get(field)
            if place is not None and is_damaged(self.row.cells[place]):
                raise FieldError(field, "bytes that are not UTF-8; save the file as UTF-8")
