"""What names a member of the team, and where a number stands beside or under one. Customers are not meant."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence

_PERSON = re.compile(
    r"(^|_)(owner|owners|giver|receiver|person|actor|author|reviewer|assignee|approver|"
    r"employee|user_email|login|committer|developer|engineer|contributor|contributors|whose|who)(_|$)|_by$"
)
_TEAM = re.compile(r"(^|_)(team|teams|protected_by)(_|$)")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+|@[\w-]+(/[\w-]+)?")


_OTHERS = {"solved_by": "a bet", "reached_by": "a release", "raided_by": "what took a team's time"}
"""Names that look like a person's, and what they are."""


def names_person(key: str) -> bool:
    """Whether a field, column or key of this name holds someone of the team."""
    return key not in _OTHERS and _PERSON.search(key) is not None


def names_team(key: str) -> bool:
    return _TEAM.search(key) is not None


def is_person(value: object) -> bool:
    """Whether a value is someone of the team, by an address or a handle."""
    if isinstance(value, str):
        return _ADDRESS.fullmatch(value) is not None
    return isinstance(value, list) and any(map(is_person, value))


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers_of_people(document: object, customers: Container[str] = (), path: str = "$") -> Iterator[str]:
    """Where in a JSON document a number stands in what also names a person or a team, or under one as a key.

    `customers` are keys that hold a customer here.
    """
    if isinstance(document, Mapping):
        yield from _numbers_of(document, customers, path)
        for key, value in document.items():
            yield from numbers_of_people(value, customers, f"{path}.{key}")
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for item in document:
            yield from numbers_of_people(item, customers, f"{path}[]")


def _numbers_of(row: Mapping[str, object], customers: Container[str], path: str) -> Iterator[str]:
    looked_at = {key: value for key, value in row.items() if key not in customers}
    named = [key for key, value in looked_at.items() if names_person(key) or names_team(key) or is_person(value)]
    inside = [found for key, value in row.items() if key not in named for found in _numbers(value, f"{path}.{key}")]
    yield from (f"{found} stands beside `{named[0]}`" for found in inside if named)
    for key, value in row.items():
        if is_person(key) or key in named:
            yield from (f"{found} is a number of a person" for found in _numbers(value, f"{path}.{key}"))


def _numbers(value: object, path: str) -> Iterator[str]:
    if is_number(value):
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _numbers(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, f"{path}[]")
