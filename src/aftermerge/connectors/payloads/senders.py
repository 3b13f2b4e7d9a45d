"""Who sent what lies in a file of saved bodies."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from aftermerge.connectors.payloads.bodies import Body, Unreadable, bodies
from aftermerge.connectors.payloads.tools import tool_of

__all__ = ["OTHERS", "UNMARKED", "are_mixed", "senders_in"]

OTHERS = "another tool's body"
UNMARKED = "a body without a known tool's marks"
"""Why a body is not heard where those of several tools lie together."""


def senders_in(path: Path) -> Counter[str]:
    """How many bodies bear the marks of each tool. None: no saved bodies.

    Raises:
        DataError: the whole can't be read.
    """
    return _counted(bodies(path))


def are_mixed(found: Iterable[Body | Unreadable], tool: str) -> bool:
    """Whether other tools' bodies are among them: one without marks is then nobody's."""
    return bool(set(_counted(found)) - {tool})


def _counted(found: Iterable[Body | Unreadable]) -> Counter[str]:
    tools = (tool_of(body.content) for body in found if isinstance(body, Body))
    return Counter(tool for tool in tools if tool is not None)
