"""Nothing orders, groups, ranks or counts people: not in SQL, not in Python."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import aftermerge
from support.people import names_person

SOURCE = Path(aftermerge.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))

_SQL = re.compile(r"\b(?:order|group)\s+by\b([^)]*)", re.IGNORECASE)
_ORDERS = frozenset({"order_by", "group_by", "sorted", "sort", "min", "max", "groupby", "nlargest", "nsmallest"})
_COUNTS = frozenset({"Counter", "value_counts", "count"})

CUSTOMERS = {
    "author": "of feedback, who is a customer",
    "owner": "of a repository, the first half of its name",
}
"""Attributes that bear a person's name and are none's, by what they are of."""

MEANT = {
    "connectors": "they put rows in order as the source gives them, before anyone is known",
}


def orders_people(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in _ORDERS | _COUNTS:
            for named in _people_in([*node.args, *(keyword.value for keyword in node.keywords)], _called(node)):
                yield f"line {node.lineno}: `{_called(node)}` by `{named}`"
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for found in _SQL.findall(node.value):
                yield from (f"line {node.lineno}: SQL by `{w}`" for w in re.findall(r"\w+", found) if names_person(w))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _people_in(parts: list[ast.expr], called: str) -> Iterator[str]:
    """What it is ordered by: every argument of a query's order, else a key or what is counted."""
    looked_at = (
        parts if called in {"order_by", "group_by"} | _COUNTS else [p for p in parts if isinstance(p, ast.Lambda)]
    )
    for part in looked_at:
        for inner in ast.walk(part):
            named = inner.attr if isinstance(inner, ast.Attribute) else None
            if named and named not in CUSTOMERS and names_person(named):
                yield named


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_query_and_no_code_orders_groups_or_counts_people(file: Path) -> None:
    if file.relative_to(SOURCE).parts[0] in MEANT:
        return
    assert list(orders_people(ast.parse(file.read_text()))) == []


@pytest.mark.parametrize(
    "code",
    [
        "select(t).order_by(t.c.receiver)",
        "select(t).where(x).group_by(t.c.owner_email, t.c.replied_by)",
        "sorted(rows, key=lambda row: (row.on, row.giver))",
        "groupby(rows, key=lambda row: row.replied_by)",
        "Counter(row.whose for row in rows)",
        "sql = 'SELECT count(*) FROM thanks GROUP BY receiver'",
    ],
)
def test_such_code_would_be_seen(code: str) -> None:
    if "owner" not in code:
        assert list(orders_people(ast.parse(code)))
    else:
        assert len(list(orders_people(ast.parse(code)))) == 2


def test_code_that_filters_by_a_person_orders_nobody() -> None:
    assert list(orders_people(ast.parse("select(t).where(t.c.person == p).order_by(t.c.source)"))) == []
