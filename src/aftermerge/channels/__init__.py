"""Out: one room a way to speak, each found by its entry point."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import cast

from aftermerge.errors import SettingsError, nearest
from aftermerge.outside.plugins import names, plugin
from aftermerge.ports import Comments

__all__ = ["GROUP", "Connect", "kinds", "load"]

GROUP = "aftermerge.channels"

Connect = Callable[[Mapping[str, object], Mapping[str, str], str], AbstractContextManager[Comments]]
"""(source's configuration, environment, name) → the channel, open for one job. Raises SettingsError as it opens."""


def kinds() -> list[str]:
    """Every kind of source on whose pull requests can be spoken."""
    return names(GROUP)


def load(kind: str) -> Connect:
    """How a channel of this kind is connected.

    Raises:
        SettingsError: no installed channel has that name.
    """
    found = plugin(GROUP, kind)
    if found is not None:
        return cast("Connect", found)
    what = f"nothing can be told on pull requests of a source of kind `{kind}`"
    raise SettingsError(what, then=nearest(kind, kinds()), key=("comment",))
