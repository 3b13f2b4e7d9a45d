"""A source that can be read in several ways, of which `as` names one: its keys, and what its ways have in common."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from aftermerge.connectors.cursors.since import cursor_of
from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.outside.keys import Keys

__all__ = ["changed_releases", "read_environments", "read_flag", "refuse_other_ways"]


def refuse_other_ways(keys: Keys, read_as: str, common: Sequence[str], own: Mapping[str, Sequence[str]]) -> None:
    """Refuse what is unknown. A key that belongs to another way of reading is told so.

    Raises:
        SettingsError: a key means nothing here.
    """
    for other, theirs in own.items():
        for key in theirs:
            if key in keys.given and key not in own[read_as]:
                what = f"`{key}` of source `{keys.source}` means nothing where it is read as `{read_as}`"
                raise keys.wrong(key, what, f'take it out, or write `as = "{other}"`')
    keys.refuse_unknown(*common, *own[read_as])


def read_environments(keys: Keys) -> tuple[str, ...]:
    """Those whose deployments count."""
    environments = keys.texts("environments", ("production",))
    if not environments or not all(environments):
        what = f"source `{keys.source}` names no environment"
        raise keys.wrong("environments", what, 'write `environments = ["production"]`')
    return tuple(dict.fromkeys(environments))


def read_flag(keys: Keys, key: str, *, default: bool = True) -> bool:
    """True or false."""
    value = keys.given.get(key, default)
    if isinstance(value, bool):
        return value
    raise keys.wrong(key, f"`{key}` of source `{keys.source}` is neither true nor false", "write true or false")


def changed_releases(found: Sequence[Release], state: Mapping[str, object], settings: object) -> Iterator[Batch]:
    """All of them at once, where they are others than the last time: only so is it seen what was taken away."""
    digest = hashlib.sha256(repr(found).encode("utf-8", "replace")).hexdigest()[:32]
    if digest != state.get("releases"):
        cursor = cursor_of({"releases": digest}, settings)
        yield Batch(cursor, releases=tuple(found), whole=frozenset(("releases",)))
