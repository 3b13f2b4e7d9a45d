"""How a query is put together: named steps, groups, order. Each word works on the query itself, and copies nothing."""

from sqlglot import exp

from aftermerge.usage import sql

_READ_AGAIN = "read_again"

Step = tuple[str, exp.Select]
"""A named step of a query (a common table expression)."""


def grouped(select: exp.Select, columns: int) -> exp.Select:
    """Group by the first columns, by position: a table's own columns may bear the same names."""
    return select.group_by(*_positions(columns), copy=False)


def ordered(select: exp.Select, columns: int) -> exp.Select:
    return select.order_by(*_positions(columns), copy=False)


def step(name: str) -> exp.Table:
    """A named step, to select from."""
    return exp.Table(this=_step_name(name))


def of_table(select: exp.Select, relation: exp.Table) -> exp.Select:
    """A query of a usage table."""
    return select.from_(relation, copy=False)


def of_step(select: exp.Select, name: str) -> exp.Select:
    """A query of a named step."""
    return select.from_(step(name), copy=False)


def stepped(select: exp.Select, *steps: Step) -> exp.Select:
    """A query over named steps, each of which may read those before it."""
    for name, query in steps:
        kept = False if query.meta.get(_READ_AGAIN) else None
        select = select.with_(_step_name(name), as_=query, materialized=kept, copy=False)
    return select


def read_again(query: exp.Select) -> exp.Select:
    """A step that costs less to read again, column by column, than to keep."""
    query.meta[_READ_AGAIN] = True
    return query


def _step_name(name: str) -> exp.Identifier:
    """Quoted where it comes from a metric's name and is no plain word."""
    return exp.to_identifier(name, quoted=not name.isidentifier() or name != name.lower())


def _positions(columns: int) -> list[exp.Expr]:
    return [sql.number(position) for position in range(1, columns + 1)]
