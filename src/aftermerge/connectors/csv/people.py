"""Who spoke, by what a row says of them. Persons' names never become references."""

import re
from typing import NamedTuple

from aftermerge.connectors.told.people import reference_of
from aftermerge.model.customer import Customer

__all__ = ["Speaker", "named", "speaker"]

_NOBODY = frozenset({"a google user", "anonymous", "guest", "unknown", "unknown user", "deleted user", "[deleted]"})
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")


class Speaker(NamedTuple):
    """`ref` is the source's own reference, or a digest of the address or name where the source gives none."""

    ref: str | None
    customer: Customer | None
    names: tuple[str, ...]


def speaker(source: str, author: str | None, name: str | None, email: str | None) -> Speaker:
    """Who spoke. An author with a blank or an @ in it is a name or an address; a name that nobody bears is none."""
    if author is not None and _is_personal(author):
        name, email, author = (
            (name, email or author, None) if _ADDRESS.fullmatch(author) else (name or author, email, None)
        )
    name = None if name is None or name.casefold() in _NOBODY else name
    if name is not None and _ADDRESS.fullmatch(name):
        name, email = None, email or name
    known = email or name
    ref = author or (reference_of(known) if known else None)
    if ref is None or not known:
        return Speaker(ref, None, ())
    return Speaker(ref, Customer(source, ref, name, email), tuple(part for part in (name, email) if part))


def named(person: str | None) -> tuple[str | None, tuple[str, ...]]:
    """One of the team: a reference, and the name to be taken out of the texts, where it was a name."""
    if person is None or not _is_personal(person):
        return person, ()
    return reference_of(person), (person,)


def _is_personal(text: str) -> bool:
    return "@" in text[1:] or bool(re.search(r"\s", text))
