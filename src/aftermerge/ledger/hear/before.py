"""How problems and attributions stood before something was decided, so that it can be taken back exactly."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from aftermerge.ledger.hear import attribution, problems
from aftermerge.ledger.hear.attribution import Standing
from aftermerge.ledger.tables.columns import utc_text
from aftermerge.model.problem import Attribution, Problem


@dataclass(frozen=True, slots=True)
class Before:
    """`feedback` and `problem_ids` are what was touched; what is not found for them was not there."""

    feedback: tuple[str, ...]
    standing: Standing
    problem_ids: tuple[str, ...]
    problems: Mapping[str, Problem]

    @classmethod
    def read(cls, connection: Connection, feedback: Collection[str], problem_ids: Collection[str]) -> "Before":
        standing = attribution.of(connection, feedback)
        known = problems.of(connection, problem_ids)
        return cls(tuple(dict.fromkeys(feedback)), standing, tuple(dict.fromkeys(problem_ids)), known)

    def put_back(self, connection: Connection) -> set[str]:
        """The ids of feedback that speaks of another problem for it. Feedback that is gone stays gone."""
        there = attribution.there(connection, self.feedback)
        now = attribution.of(connection, there)
        problems.put(connection, list(self.problems.values()))
        problems.remove(connection, [name for name in self.problem_ids if name not in self.problems])
        said = [self.standing.said[name] for name in self.feedback if name in there and name in self.standing.said]
        attribution.write(connection, said, now)
        attribution.clear(connection, there - self.standing.said.keys(), now)
        attribution.set_released(connection, there, self.standing.released)
        return {name for name in there if now.problem_of(name) != self.standing.problem_of(name)}

    def document(self) -> Mapping[str, object]:
        """As JSON."""
        return {
            "problems": {name: _plain(self.problems.get(name)) for name in self.problem_ids},
            "attributions": {name: _said(self.standing.said.get(name)) for name in self.feedback},
            "released": sorted(self.standing.released),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Before":
        kept, said = document["problems"], document["attributions"]
        known = {name: _problem(name, row) for name, row in kept.items() if row}
        standing = Standing(
            {name: Attribution(name, *row) for name, row in said.items() if row}, frozenset(document["released"])
        )
        return cls(tuple(said), standing, tuple(kept), known)

    def renamed(self, new_id: Mapping[str, str]) -> "Before":
        """The same, where feedback has another id now."""

        def now(name: str) -> str:
            return new_id.get(name, name)

        said = {now(name): replace(row, feedback=now(name)) for name, row in self.standing.said.items()}
        released = frozenset(map(now, self.standing.released))
        return replace(self, feedback=tuple(map(now, self.feedback)), standing=Standing(said, released))


def _plain(row: Problem | None) -> list[str | None] | None:
    return [row.title, utc_text(row.confirmed_at), row.merged_into] if row else None


def _problem(name: str, row: tuple[str, str, str | None]) -> Problem:
    title, confirmed_at, merged_into = row
    return Problem(name, title, datetime.fromisoformat(confirmed_at), merged_into)


def _said(row: Attribution | None) -> list[object] | None:
    return [row.problem, row.by, row.certainty] if row else None
