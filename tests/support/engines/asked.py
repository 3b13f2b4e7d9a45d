"""The suite's questions, asked of one engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aftermerge.model.plan import Answers, Plan, Question
from aftermerge.ports import Usage
from support.engines.complaints import complaints
from support.engines.loaded import Loaded
from support.engines.questions import ALL
from support.engines.tables import tables, write_tables
from support.usage import usage


@dataclass(frozen=True)
class Data:
    """The tables as files under `root`, by name."""

    root: Path
    files: Mapping[str, Path]

    @classmethod
    def under(cls, root: Path) -> "Data":
        return cls(root, write_tables(root))

    @cached_property
    def expected(self) -> Mapping[str, Answers]:
        """What DuckDB says over the files themselves, by time zone."""
        return all_answers(self.in_place)

    def in_place(self, zone: str) -> Usage:
        names = {name: path.name for name, path in self.files.items()}
        return usage(self.root, *tables(names, "duckdb"), timezone=zone, feedback=complaints)


@dataclass(frozen=True)
class Filled:
    """An engine that holds the tables."""

    loaded: Loaded
    places: Mapping[str, str]

    @classmethod
    def of(cls, loaded: Loaded, data: Data) -> "Filled":
        return cls(loaded, {name: loaded.load(name, path) for name, path in data.files.items()})

    @cached_property
    def answers(self) -> Mapping[str, Answers]:
        """By time zone."""
        return all_answers(self.usage)

    def usage(self, zone: str) -> Usage:
        asked = tables(self.places, self.loaded.address)
        return self.loaded.make_usage(asked, Path("/nowhere"), zone, complaints, self.loaded.environ)


def all_answers(usage_in: Callable[[str], Usage]) -> Mapping[str, Answers]:
    """All questions of a time zone, in one plan; by time zone."""
    zones = dict.fromkeys(asked.zone for asked in ALL.values())
    return {zone: usage_in(zone).answer(Plan(questions_in(zone))) for zone in zones}


def questions_in(zone: str) -> tuple[Question, ...]:
    return tuple(asked.question for asked in ALL.values() if asked.zone == zone)
