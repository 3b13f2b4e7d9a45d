"""What the local store keeps, as its manifest lists it: a file that is not listed does not exist for readers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Literal

from aftermerge.errors import AftermergeError
from aftermerge.model.batch import Rejected

CodeKind = Literal["unit", "account"]


@dataclass(frozen=True, slots=True)
class Part:
    """An immutable Parquet file with rows of one UTC day, sorted by unit, then time.

    `first_at` and `last_at` are the times of its first and last event, `files` the numbers of the taken files that its
    rows came from, `codes` the number that the next new unit would have got when it was written: every code in it is
    smaller. A part never changes; when its rows do, another takes its place under another id.
    """

    table: str
    day: date
    id: str
    rows: int
    bytes: int
    first_at: datetime
    last_at: datetime
    files: tuple[int, ...]
    codes: int
    created_at: datetime

    @property
    def path(self) -> str:
        """Relative to the store's folder."""
        return f"{self.table}/{self.day.isoformat()}/{self.id}.parquet"


@dataclass(frozen=True, slots=True)
class CodeFile:
    """An immutable Parquet file that gives texts their whole numbers: columns `code` and `text`."""

    table: str
    kind: CodeKind
    id: str
    rows: int
    bytes: int
    created_at: datetime

    @property
    def path(self) -> str:
        """Relative to the store's folder."""
        return f"{self.table}/codes/{self.kind}-{self.id}.parquet"


@dataclass(frozen=True, slots=True)
class TakenFile:
    """A file that was taken in. `digest` is the SHA-256 of its content; `rows` is how many of its rows were kept.

    `name` is where it stood, relative to the workspace where it lies in it; `bytes` and `modified_ns` (since 1970) tell
    without reading it whether it may have changed.
    """

    table: str
    number: int
    name: str
    digest: str
    bytes: int
    modified_ns: int
    rows: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Layout:
    """How a stored table is laid out, which stays as it was when its first file was taken in.

    `unit`, `account`, `time` and `event_id` are columns; `types` gives every column the engine's name of its type.
    `next_codes` are the numbers that the next new unit and account get: none is ever given twice. `generation` counts
    the writers that there were: one that another has followed can write no more.
    """

    table: str
    unit: str
    time: str
    account: str | None = None
    event_id: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    next_codes: Mapping[str, int] = field(default_factory=dict)
    next_file: int = 1
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is in a stored table at one moment; parts by day and id, code files and taken files in their order."""

    layout: Layout
    parts: tuple[Part, ...] = ()
    codes: tuple[CodeFile, ...] = ()
    taken: tuple[TakenFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ManifestChange:
    """What one step of a writer adds and drops, all of it at once. `layout` is the table's from then on."""

    layout: Layout
    parts: tuple[Part, ...] = ()
    codes: tuple[CodeFile, ...] = ()
    taken: tuple[TakenFile, ...] = ()
    without_parts: frozenset[str] = frozenset()
    without_codes: frozenset[str] = frozenset()
    without_taken: frozenset[int] = frozenset()


def unit_name(text: str) -> str:
    """A unit of usage data as forgetting names it."""
    return f"usage:{text}"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What one sync did to the store of a table. All but `files` are numbers of rows.

    `late` are those taken for days before the newest that was there; `expired` those left out since `keep` is over for
    their day, and `left` those whose day left the store for that reason; `replaced` those of files that changed.
    `refused` are files that can't be used, each with the reason; of the rows that can't be, `rejected`, some are shown.
    """

    table: str
    files: int = 0
    rows: int = 0
    duplicates: int = 0
    late: int = 0
    expired: int = 0
    left: int = 0
    replaced: int = 0
    rejected: int = 0
    shown: tuple[Rejected, ...] = ()
    refused: tuple[AftermergeError, ...] = ()

    def __add__(self, other: "TakenIn") -> "TakenIn":
        sums = {field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)[1:]}
        return TakenIn(self.table, **sums)
