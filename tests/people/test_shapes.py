"""No number per person exists in any shape: not in a table, not in a schema, not in a dataclass.

What may stand beside a person is named here one by one, with why. A field that is added fails until it is.
"""

import dataclasses
import importlib
import json
import pkgutil
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from aftermerge import model
from aftermerge.ledger.tables.columns import AmountColumn
from aftermerge.ledger.tables.schema import metadata
from aftermerge.render import documents
from support.people import names_person, names_team

SCHEMAS = sorted((Path(documents.__file__).parent / "schemas").glob("*.json"))

BESIDE_A_PERSON = {
    ("bet", "appetite_days"): "how long the bet may take, as its owner wrote it down",
    ("bet", "expect"): "the bet's own claim",
    ("bet", "worth"): "the bet's own claim",
    ("bet", "split"): "how users are split, not the team",
    ("feedback", "rating"): "the customer's, about the product; no query joins it to who answered",
    ("feedback", "account_value"): "the customer's",
    ("curation", "seq"): "the place of an entry in the journal",
    ("journal", "seq"): "the place of an entry in the journal",
}
"""A table's column, or a dataclass's field in small letters, that stands in one row with a person."""

CUSTOMERS = {("feedback", "author"), ("customer", "email"), ("searchquery", "author")}
"""Names that look like a person's and are a customer's."""

OF_A_PERSON = ("OwnName", "Person", "Thanks", "ShownHabit", "Crossing", "Interview", "EvidenceItem", "EvidenceFile")
"""Dataclasses that speak of one person: no number is anywhere in them."""


def people_in(kind: str, fields: Iterator[str]) -> list[str]:
    return [name for name in fields if names_person(name) and (kind, name) not in CUSTOMERS]


def classes() -> list[type]:
    modules = [
        importlib.import_module(found.name) for found in pkgutil.iter_modules(model.__path__, "aftermerge.model.")
    ]
    found = [(item, module) for module in modules for item in vars(module).values() if isinstance(item, type)]
    return [item for item, module in found if dataclasses.is_dataclass(item) and item.__module__ == module.__name__]


def is_numeric(hint: object) -> bool:
    """Whether a number can stand there, alone or in a collection; a nested dataclass is looked at by itself."""
    if hint in (int, float):
        return True
    return any(is_numeric(part) for part in typing.get_args(hint))


def fields_of(item: type) -> dict[str, object]:
    return {name: hint for name, hint in typing.get_type_hints(item).items() if not name.startswith("_")}


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_no_column_holds_a_number_beside_a_person(table: sa.Table) -> None:
    named = people_in(table.name, iter(table.columns.keys()))
    numbers = [
        column.name
        for column in table.columns
        if isinstance(column.type, sa.Integer | sa.Float | sa.Numeric | AmountColumn)
        and not isinstance(column.type, sa.Boolean)
    ]
    if named:
        assert [name for name in numbers if (table.name, name) not in BESIDE_A_PERSON] == [], named


@pytest.mark.parametrize("item", classes(), ids=lambda item: item.__name__)
def test_no_dataclass_holds_a_number_beside_a_person(item: type) -> None:
    kind, fields = item.__name__.lower(), fields_of(item)
    named = people_in(kind, iter(fields))
    numbers = [name for name, hint in fields.items() if is_numeric(hint)]
    if named:
        assert [name for name in numbers if (kind, name) not in BESIDE_A_PERSON] == [], named
    assert [name for name in named if is_numeric(fields[name])] == []


@pytest.mark.parametrize("item", classes(), ids=lambda item: item.__name__)
def test_what_speaks_of_one_person_holds_no_number_at_all(item: type) -> None:
    if item.__name__ in OF_A_PERSON:
        assert list(_numbers_in(item)) == []


def test_every_dataclass_of_a_person_is_there_to_be_looked_at() -> None:
    assert set(OF_A_PERSON) <= {item.__name__ for item in classes()}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_no_schema_allows_a_number_beside_a_person(schema: Path) -> None:
    document = json.loads(schema.read_text())
    assert list(_numbers_allowed(document, document, schema.name.partition(".")[0])) == []


def test_no_table_keeps_evidence_or_counts_of_people() -> None:
    names = {table.name for table in metadata.sorted_tables}
    assert {name for name in names if "evidence" in name or "ladder" in name or "score" in name} == set()
    columns = {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns}
    assert {pair for pair in columns if "evidence" in pair[1]} == {("thanks", "evidence")}


def _numbers_in(item: object) -> Iterator[str]:
    if isinstance(item, type) and dataclasses.is_dataclass(item):
        for name, hint in fields_of(item).items():
            yield from (f"{item.__name__}.{name}" for _ in range(is_numeric(hint)))
            yield from _numbers_in(hint)
    elif isinstance(item, types.UnionType | types.GenericAlias) or typing.get_args(item):
        for part in typing.get_args(item):
            yield from _numbers_in(part)


def _numbers_allowed(node: object, root: Mapping[str, object], kind: str) -> Iterator[str]:
    if isinstance(node, dict):
        properties = node.get("properties", {})
        named = [*people_in(kind, iter(properties)), *filter(names_team, properties)]
        numbers = [name for name, told in properties.items() if _allows_a_number(told, root)]
        yield from (f"`{name}` beside `{named[0]}`" for name in numbers if named)
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _numbers_allowed(child, root, kind)


def _allows_a_number(told: object, root: Mapping[str, object]) -> bool:
    """A property, or what it refers to, or what its own properties and items are."""
    if isinstance(told, list):
        return any(_allows_a_number(part, root) for part in told)
    if not isinstance(told, dict):
        return False
    if "$ref" in told:
        target: object = root
        for step in str(told["$ref"]).removeprefix("#/").split("/"):
            target = target[step] if isinstance(target, dict) else {}
        return _allows_a_number(target, root)
    kinds = told.get("type", [])
    if {"number", "integer"} & set([kinds] if isinstance(kinds, str) else kinds):
        return True
    inner = [told.get(word) for word in ("items", "additionalProperties", "anyOf", "oneOf", "allOf")]
    return any(_allows_a_number(part, root) for part in [*inner, *told.get("properties", {}).values()])
