"""Of which problem feedback speaks, and who says so: a person before a bet, before the source, before attraction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from aftermerge.errors import UnknownIdError
from aftermerge.ledger.tables.hear import feedback, feedback_problem, feedback_released, problem
from aftermerge.ledger.tables.shelf import Key, Record, Shelf, matching
from aftermerge.model.problem import AttributedBy, Attribution

_SHELF = Shelf(feedback_problem, ("feedback_id",))
_RELEASED = Shelf(feedback_released, ("feedback_id",))
_RANK: Mapping[str, int] = {"attracted": 0, "source": 1, "bet": 2, "person": 3}


@dataclass(frozen=True, slots=True)
class Standing:
    """How some feedback is attributed: by feedback id, and those which a person released."""

    said: Mapping[str, Attribution]
    released: frozenset[str]

    def gives_way_to(self, new: Attribution) -> bool:
        """Whether what is said now may be replaced. What a person released waits for a person."""
        if new.feedback in self.released:
            return new.by == "person"
        known = self.said.get(new.feedback)
        return known is None or _RANK[new.by] >= _RANK[known.by]

    def problem_of(self, feedback_id: str) -> str | None:
        known = self.said.get(feedback_id)
        return known.problem if known else None


def settle(connection: Connection, problem_of: Mapping[str, str], by: AttributedBy) -> set[str]:
    """Write what may be said; the ids of feedback whose problem that changed. A merged problem is what took it in."""
    into = merged(connection)
    wanted = [Attribution(id_, _followed(name, into), by) for id_, name in problem_of.items()]
    standing = of(connection, problem_of)
    written = [new for new in wanted if standing.gives_way_to(new)]
    write(connection, written, standing)
    return {new.feedback for new in written if standing.problem_of(new.feedback) != new.problem}


def of(connection: Connection, identifiers: Collection[str]) -> Standing:
    """How these are attributed."""
    said = matching(connection, select(feedback_problem), feedback_problem.c.feedback_id, identifiers)
    released = matching(connection, select(feedback_released), feedback_released.c.feedback_id, identifiers)
    return Standing(
        {str(row["feedback_id"]): _attribution(row) for row in said},
        frozenset(str(row["feedback_id"]) for row in released),
    )


def read(connection: Connection, name: str | None = None) -> Sequence[Attribution]:
    """By feedback id."""
    query = select(feedback_problem).order_by(feedback_problem.c.feedback_id)
    if name is not None:
        query = query.where(feedback_problem.c.problem == name)
    return [_attribution(dict(row)) for row in connection.execute(query).mappings()]


def write(connection: Connection, rows: Collection[Attribution], standing: Standing) -> None:
    """Put these in place of what stood there; whoever is attributed is not released."""
    new = [row for row in rows if row.feedback not in standing.said]
    changed = [row for row in rows if standing.said.get(row.feedback, row) != row]
    _SHELF.insert(connection, [_record(row) for row in new])
    _SHELF.update(connection, [_record(row) for row in changed])
    _RELEASED.delete(connection, _keys(row.feedback for row in rows if row.feedback in standing.released))


def clear(connection: Connection, identifiers: Iterable[str], standing: Standing) -> None:
    """Take what was said of these away."""
    _SHELF.delete(connection, _keys(standing.said.keys() & set(identifiers)))


def set_released(connection: Connection, identifiers: Collection[str], released: Collection[str]) -> None:
    """Of these ids, those in `released` wait for a person, and no others."""
    _RELEASED.delete(connection, _keys(set(identifiers)))
    _RELEASED.insert(connection, [{"feedback_id": identifier} for identifier in sorted({*identifiers} & {*released})])


def there(connection: Connection, identifiers: Collection[str]) -> set[str]:
    """Those that name feedback."""
    return {str(row["id"]) for row in matching(connection, select(feedback.c.id), feedback.c.id, set(identifiers))}


def refuse_unknown(connection: Connection, identifiers: Collection[str]) -> None:
    """
    Raises:
        UnknownIdError: one of them names no feedback.
    """
    known = there(connection, identifiers)
    for identifier in identifiers:
        if identifier not in known:
            raise UnknownIdError(f"`{identifier}` names no feedback", then="`aftermerge hear search` lists the ids")


def merged(connection: Connection) -> dict[str, str]:
    """Problems that were taken in by another, by id."""
    query = select(problem.c.id, problem.c.merged_into).where(problem.c.merged_into.is_not(None))
    return {row.id: row.merged_into for row in connection.execute(query)}


def _followed(name: str, into: Mapping[str, str]) -> str:
    """The problem that a name stands for now; a ring of merges ends where it began."""
    seen = {name}
    while (further := into.get(name)) is not None and further not in seen:
        seen.add(further)
        name = further
    return name


def _attribution(row: Record) -> Attribution:
    return Attribution(**{("feedback" if name == "feedback_id" else name): value for name, value in row.items()})  # type: ignore[arg-type]


def _record(row: Attribution) -> Record:
    return {"feedback_id": row.feedback, "problem": row.problem, "by": row.by, "certainty": row.certainty}


def _keys(identifiers: Iterable[str]) -> list[Key]:
    return [(identifier,) for identifier in sorted(identifiers)]
