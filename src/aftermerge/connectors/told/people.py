"""A reference for one of whom a source gives a name or an address alone."""

import hashlib

__all__ = ["reference_of"]


def reference_of(person: str) -> str:
    """The same for all spellings of a name or an address, so that one who writes twice is one. It is no name."""
    return hashlib.sha256(" ".join(person.casefold().split()).encode("utf-8", "replace")).hexdigest()[:16]
