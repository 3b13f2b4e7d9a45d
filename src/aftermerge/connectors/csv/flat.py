"""Objects in objects, as columns: what Apple, Typeform and others nest."""

from collections.abc import Iterator

from aftermerge.connectors.csv.json_lines import Record
from aftermerge.connectors.csv.surveys import answers

__all__ = ["as_it_is", "flattened"]

_ENVELOPES = frozenset({"attributes", "fields", "properties"})
_LABEL = frozenset({"label", "attributes"})
_DEEPEST = 4


def as_it_is(record: Record) -> Record:
    return record


def flattened(record: Record) -> Record:
    """`{"user": {"id": 1}}` becomes `user.id`; an envelope such as `attributes` leaves no trace; lists stay lists.

    What already has a name keeps it. A list of a survey's `answers` becomes text, rating and email.
    """
    flat: Record = {}
    for name, value in _leaves(record, "", 0):
        flat.setdefault(name, value)
    given = record.get("answers")
    if isinstance(given, list):
        flat = answers(given) | flat
    return flat


def _leaves(record: Record, above: str, depth: int) -> Iterator[tuple[str, object]]:
    inner: list[tuple[str, Record]] = []
    for key, value in record.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and set(value) <= _LABEL and "label" in value:
            yield name, value["label"]  # the form of an iTunes feed
        elif isinstance(value, dict) and value and depth < _DEEPEST:
            inner.append((above if key in _ENVELOPES else f"{name}.", value))
        else:
            yield name, value
    for prefix, value in inner:
        yield from _leaves(value, prefix, depth + 1)
