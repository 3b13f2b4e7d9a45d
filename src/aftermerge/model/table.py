"""Where usage data stands: three shapes are understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EventsTable:
    """A row an event. `exposure` is the event that says which variant of which flag a unit was given.

    `is_stored`: the files are taken into the local store, where `event_id` tells one event from another, and where
    days stay for `keep_days`; None: for ever.
    """

    name: str
    table: str
    unit: str
    time: str
    event: str
    account: str | None = None
    engine: str = "duckdb"
    exposure: str = "$feature_flag_called"
    flag: str = "$feature_flag"
    variant: str = "$feature_flag_response"
    columns: Mapping[str, str] = field(default_factory=dict)
    is_stored: bool = False
    event_id: str | None = None
    keep_days: int | None = None

    def column(self, name: str) -> str:
        """What the column is called in the files, where `columns` gives it another name."""
        return self.columns.get(name, name)


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """A row a day and metric, with a value and, for rates, the denominator under it.

    With a `segment` column (a region, say) it is a row a day, metric and segment.
    """

    name: str
    table: str
    day: str
    metric: str
    value: str
    denominator: str | None = None
    segment: str | None = None
    engine: str = "duckdb"
    not_controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitsTable:
    """A row a unit, with its variant: an experiment already gathered. `exposed_at`, when there is one, is a column."""

    name: str
    table: str
    unit: str
    variant: str
    flag: str
    engine: str = "duckdb"


UsageTable = EventsTable | SeriesTable | UnitsTable
