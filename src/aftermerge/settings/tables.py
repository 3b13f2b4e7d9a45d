"""`[[usage.events]]`, `[[usage.series]]`, `[[usage.units]]`: where usage data stands."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from aftermerge.errors import nearest
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable
from aftermerge.settings.document import Document, Form, fill, refuse
from aftermerge.settings.engine_address import known_engine, table_of
from aftermerge.settings.locate import KeyPath
from aftermerge.settings.names import refuse_unusable
from aftermerge.settings.table_files import DUCKDB, refuse_unreadable

_COLUMNS_OF_SERIES = ["day", "metric", "value", "denominator", "segment"]
_SIZE = re.compile(r"([1-9][0-9]{0,5})\s*([MG]i?B)")
_LEAST_MEBIBYTES = 128
_KEPT = re.compile(r"([1-9][0-9]{0,4})\s*d")


def _memory(given: object) -> str:
    match = _SIZE.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise refuse(f"`{given}` is no size", then='write `memory = "1GiB"`')
    if int(match[1]) * (1024 if match[2].startswith("G") else 1) < _LEAST_MEBIBYTES:
        raise refuse(f"`{given}` is too little", then=f"give it `{_LEAST_MEBIBYTES}MiB` at least")
    return f"{match[1]}{match[2]}"


def _kept_days(given: object) -> int:
    match = _KEPT.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise refuse(f"`{given}` is no number of days", then='write `keep = "400d"`')
    return int(match[1])


class UsageForm(Form):
    """`[usage]`. `memory` is how much of it a query may take; what needs more goes on in files under .aftermerge/tmp.

    Without it, the embedded engine takes up to four fifths of what the machine has. `engine` is that of every table
    which names none.
    """

    engine: Annotated[str, AfterValidator(known_engine)] = DUCKDB
    memory: Annotated[str, BeforeValidator(_memory)] | None = None


class TableForm(Form):
    """What every usage table says."""

    name: str = Field(min_length=1, examples=['"app"'])
    engine: Annotated[str, AfterValidator(known_engine)] = DUCKDB
    table: str = Field(min_length=1, examples=['"data/events/*.parquet"'])

    @field_validator("name")
    @classmethod
    def _usable(cls, name: str) -> str:
        if name == FEEDBACK:
            raise refuse(f"`{FEEDBACK}` is the name of what customers wrote", then="choose another name for this table")
        refuse_unusable(name, of="usage table")
        return name

    @field_validator("table")
    @classmethod
    def _readable(cls, table: str, info: ValidationInfo) -> str:
        engine = info.data.get("engine")  # None where it was refused
        if engine == DUCKDB:
            refuse_unreadable(table, is_stored="stored" in cls.model_fields)  # what is not stored is looked at again
        return table if engine is None else table_of(table, engine)


class EventsForm(TableForm):
    """`[[usage.events]]`: a row an event. With `stored`, files are taken into the local store at each sync.

    There, `event_id` is the column that tells one event from another, and `keep` how long days stay.
    """

    unit: str = Field(examples=['"user_id"'])
    time: str = Field(examples=['"ts"'])
    event: str = Field(examples=['"event"'])
    account: str | None = None
    exposure: str = "$feature_flag_called"
    flag: str = "$feature_flag"
    variant: str = "$feature_flag_response"
    columns: dict[str, str] = Field(default_factory=dict)
    stored: bool = False
    event_id: str | None = Field(None, min_length=1)
    keep: Annotated[int, BeforeValidator(_kept_days)] | None = None

    def as_table(self) -> UsageTable:
        given = self.model_dump(exclude={"stored", "keep"})
        return EventsTable(**given, is_stored=self.stored, keep_days=self.keep)


class SeriesForm(TableForm):
    """`[[usage.series]]`: a row a day and metric. `columns = { day = "date" }` says the same as `day = "date"`."""

    day: str = "day"
    metric: str = "metric"
    value: str = "value"
    denominator: str | None = None
    segment: str | None = Field(None, min_length=1)
    not_controls: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        for ours in columns:
            if ours not in _COLUMNS_OF_SERIES:
                raise refuse(f"a series has no column `{ours}`", then=nearest(ours, _COLUMNS_OF_SERIES))
        return columns

    def as_table(self) -> UsageTable:
        return SeriesTable(**(self.model_dump(exclude={"columns"}) | self.columns))


class UnitsForm(TableForm):
    """`[[usage.units]]`: a row a unit, with its variant."""

    unit: str = Field(examples=['"user_id"'])
    variant: str = Field(examples=['"variant"'])
    flag: str = Field(examples=['"new-gate"'])

    def as_table(self) -> UsageTable:
        return UnitsTable(**self.model_dump())


ShapeForm = EventsForm | SeriesForm | UnitsForm
SHAPES: Mapping[str, type[EventsForm] | type[SeriesForm] | type[UnitsForm]] = {
    "events": EventsForm,
    "series": SeriesForm,
    "units": UnitsForm,
}


def read_usage(document: Document) -> UsageForm:
    """What holds for all usage tables.

    Raises:
        SettingsError: a value that does not fit, or an unknown key.
    """
    usage = document.table(("usage",), "[usage]")
    return fill(document, UsageForm, ("usage",), {key: value for key, value in usage.items() if key not in SHAPES})


def read_tables(document: Document) -> tuple[UsageTable, ...]:
    """Every usage table, events first.

    Raises:
        SettingsError: a value that does not fit, or a name that two tables bear.
    """
    engine = read_usage(document).engine
    forms = [
        (path, fill(document, form, path, {"engine": engine, **row}))
        for shape, form in SHAPES.items()
        for path, row in document.rows(("usage", shape))
    ]
    _refuse_twins(document, forms)
    for path, form in forms:
        if isinstance(form, EventsForm):
            _refuse_unstored(document, path, form)
    return tuple(form.as_table() for _, form in forms)


def _refuse_twins(document: Document, forms: list[tuple[KeyPath, ShapeForm]]) -> None:
    seen: set[str] = set()
    for path, form in forms:
        if form.name in seen:
            what = f"two usage tables are called `{form.name}`"
            raise document.mistake((*path, "name"), what, then="give each its own name: metrics ask for it by `from`")
        seen.add(form.name)


def _refuse_unstored(document: Document, path: KeyPath, form: EventsForm) -> None:
    """What can't be kept here, and what says how to keep it where nothing is."""
    if form.stored and form.engine != DUCKDB:
        what = "only files can be taken into the local store, and this table stands in an engine of its own"
        raise document.mistake((*path, "stored"), what, then=f"leave out `stored`, or `engine = {form.engine!r}`")
    if form.stored:
        return
    for key in ("event_id", "keep"):
        if getattr(form, key) is not None:
            what = f"`{key}` is for events that are kept here"
            raise document.mistake((*path, key), what, then="add `stored = true`, or leave it out")
    if form.engine == DUCKDB:
        try:
            refuse_unreadable(form.table)
        except PydanticCustomError as error:
            said = error.context or {}
            raise document.mistake((*path, "table"), said["what"], said["then"]) from None
