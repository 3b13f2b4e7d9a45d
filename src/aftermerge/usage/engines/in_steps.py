"""A query as several views, for an engine that works out a named step anew each time that it is read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

_PREFIX = "aftermerge_step_"


@dataclass(frozen=True, slots=True)
class View:
    """A step under a name of its own. `is_kept` is whether it costs more to work out again than to keep."""

    name: str
    query: exp.Select
    is_kept: bool


def in_steps(statement: exp.Select) -> tuple[tuple[View, ...], exp.Select]:
    """Each step, which reads those before it by their names, and the query that gives the answer."""
    names = _names(statement)
    reads = _reads(statement)
    views = (
        View(names[step.alias], _renamed(step.this, names), reads[step.alias] > 1 and not _is_read_again(step))
        for step in statement.ctes
    )
    return tuple(views), _renamed(_without_steps(statement), names)


def _names(statement: exp.Select) -> Mapping[str, str]:
    """By step, a name that no table of the query has."""
    taken = {table.name.casefold() for table in statement.find_all(exp.Table)}
    prefix = _PREFIX
    while any(name.startswith(prefix) for name in taken):
        prefix += "_"
    return {step.alias: f"{prefix}{n}" for n, step in enumerate(statement.ctes, 1)}


def _reads(statement: exp.Select) -> Mapping[str, int]:
    """How often each step is worked out, where those that are kept are so once."""
    found: Counter[str] = Counter(table.name for table in _steps_of(_without_steps(statement)))
    for step in reversed(statement.ctes):
        times = found[step.alias] if _is_read_again(step) else 1
        for table in _steps_of(step.this):
            found[table.name] += times
    return found


def _is_read_again(step: exp.CTE) -> bool:
    return step.args.get("materialized") is False


def _steps_of(query: exp.Expr) -> Iterator[exp.Table]:
    """No table without a schema has the name of a step: `fitted` sees to it."""
    return (table for table in query.find_all(exp.Table) if not table.db)


def _renamed(query: exp.Expr, names: Mapping[str, str]) -> exp.Select:
    renamed: exp.Select = query.copy()  # type: ignore[assignment]
    for table in [table for table in _steps_of(renamed) if table.name in names]:
        table.replace(exp.to_table(names[table.name]).as_(exp.to_identifier(table.alias_or_name, quoted=True)))
    return renamed


def _without_steps(statement: exp.Select) -> exp.Select:
    plain = statement.copy()
    plain.set("with_", None)
    return plain
