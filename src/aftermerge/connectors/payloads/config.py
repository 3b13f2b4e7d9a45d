"""The keys of a `[[source]]` of kind payloads."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftermerge.connectors.payloads.tools import tools
from aftermerge.errors import nearest
from aftermerge.outside.keys import Keys

__all__ = ["PayloadsConfig", "read_config"]


@dataclass(frozen=True, slots=True)
class PayloadsConfig:
    """`path` is relative to the workspace. `tool` is whose bodies are read; those of others are passed over."""

    path: str
    tool: str


def read_config(given: Mapping[str, object], source: str) -> PayloadsConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value is of the wrong kind.
    """
    keys = Keys(source, given)
    keys.refuse_unknown("kind", "name", "path", "of")
    path, tool, known = keys.text("path"), keys.text("of"), tools()
    if path is None:
        raise keys.wrong("path", f"source `{source}` names no file", "set `path` to saved bodies, or a folder of them")
    if tool is None:
        then = f"set `of` to one of {', '.join(known)}"
        raise keys.wrong("of", f"source `{source}` does not say whose bodies they are", then)
    if tool not in known:
        raise keys.wrong("of", f"bodies of `{tool}` can't be read", nearest(tool, known))
    return PayloadsConfig(path, tool)
