"""A query as an engine can take it: no step bears the name of a table, and no name is longer than the engine keeps.

DuckDB is asked under a schema of our own. In the team's engines a step called `events` would stand before a table of
that name, and PostgreSQL cuts names after 63 bytes, so that two long metrics would become one.
"""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from sqlglot import exp

from aftermerge.usage.rows import Rows

LONGEST: Mapping[str, int] = MappingProxyType({"postgres": 63})
"""By dialect, how many bytes of a name are kept, where there is a limit."""
_DIGEST = 12


def fitted(statement: exp.Select, relation: exp.Table, dialect: str) -> exp.Select:
    """The statement with other names where it needs them; itself where it needs none."""
    steps = {cte.alias for cte in statement.ctes}
    clashes = not relation.db and relation.name.casefold() in {name.casefold() for name in steps}
    longest = LONGEST.get(dialect)
    if not clashes and (longest is None or not _long_names(statement, longest)):
        return statement
    statement = statement.copy()
    if clashes:
        _rename_step(statement, relation.name)
    for name in statement.find_all(exp.Identifier) if longest is not None else ():
        name.set("this", shortened(name.name, longest or 0))
    return statement


def named_in_full(rows: Rows, statement: exp.Select, dialect: str) -> Rows:
    """The rows of a fitted statement, by the names that the statement itself gives them."""
    longest = LONGEST.get(dialect)
    if longest is None:
        return rows
    full = {shortened(name, longest): name for name in _long_names(statement, longest)}
    return Rows({full.get(name, name): column for name, column in rows.columns.items()}) if full else rows


def shortened(name: str, longest: int) -> str:
    """A name that fits, and differs where the name does: its beginning, and a digest of it all."""
    if len(name.encode()) <= longest:
        return name
    kept = name.encode()[: longest - _DIGEST - 1].decode(errors="ignore")
    return f"{kept}~{sha256(name.encode()).hexdigest()[:_DIGEST]}"


def _long_names(statement: exp.Select, longest: int) -> list[str]:
    return [name.name for name in statement.find_all(exp.Identifier) if len(name.name.encode()) > longest]


def _rename_step(statement: exp.Select, name: str) -> None:
    """Give the step of that name another. Only a table's own name is in quotes where it need not be."""
    taken = name.casefold()
    for cte in statement.find_all(exp.CTE):
        if cte.alias.casefold() == taken:
            cte.args["alias"].set("this", exp.to_identifier(f"{cte.alias}_"))
    for table in statement.find_all(exp.Table):
        if table.name.casefold() == taken and not table.this.args.get("quoted"):
            table.set("this", exp.to_identifier(f"{table.name}_"))
    for column in statement.find_all(exp.Column):
        if column.table.casefold() == taken:
            column.set("table", exp.to_identifier(f"{column.table}_", quoted=True))
