"""`[[usage.events]]`, `[[usage.series]]`, `[[usage.units]]`: where usage data stands."""

from collections.abc import Mapping

from pydantic import Field, ValidationInfo, field_validator

from aftermerge.errors import nearest
from aftermerge.model.metric import FEEDBACK
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable
from aftermerge.settings.document import Document, Form, fill, refuse
from aftermerge.settings.locate import KeyPath
from aftermerge.settings.names import refuse_unusable
from aftermerge.settings.table_files import DUCKDB, refuse_unreadable

_COLUMNS_OF_SERIES = ["day", "metric", "value", "denominator", "segment"]


class TableForm(Form):
    """What every usage table says."""

    name: str = Field(min_length=1, examples=['"app"'])
    engine: str = Field(DUCKDB, min_length=1)
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
        if info.data.get("engine") == DUCKDB:
            refuse_unreadable(table)
        return table


class EventsForm(TableForm):
    """`[[usage.events]]`: a row an event."""

    unit: str = Field(examples=['"user_id"'])
    time: str = Field(examples=['"ts"'])
    event: str = Field(examples=['"event"'])
    account: str | None = None
    exposure: str = "$feature_flag_called"
    flag: str = "$feature_flag"
    variant: str = "$feature_flag_response"
    columns: dict[str, str] = Field(default_factory=dict)

    def as_table(self) -> UsageTable:
        return EventsTable(**self.model_dump())


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


def read_tables(document: Document) -> tuple[UsageTable, ...]:
    """Every usage table, events first.

    Raises:
        SettingsError: a value that does not fit, or a name that two tables bear.
    """
    forms = [
        (path, fill(document, form, path, row))
        for shape, form in SHAPES.items()
        for path, row in document.rows(("usage", shape))
    ]
    _refuse_twins(document, forms)
    return tuple(form.as_table() for _, form in forms)


def _refuse_twins(document: Document, forms: list[tuple[KeyPath, ShapeForm]]) -> None:
    seen: set[str] = set()
    for path, form in forms:
        if form.name in seen:
            what = f"two usage tables are called `{form.name}`"
            raise document.mistake((*path, "name"), what, then="give each its own name: metrics ask for it by `from`")
        seen.add(form.name)
