"""In: one room a source, each found by its entry point."""

from collections.abc import Callable, Mapping
from typing import cast

from aftermerge.errors import SettingsError, nearest
from aftermerge.outside.plugins import names, plugin
from aftermerge.ports import Connector, SourceContext

__all__ = ["GROUP", "Connect", "kinds", "load"]

GROUP = "aftermerge.connectors"

Connect = Callable[[Mapping[str, object], SourceContext, str], Connector]
"""(configuration, context, name) → the connector. Raises SettingsError, with its `key`, on one that can't be used."""


def kinds() -> list[str]:
    """Every kind of source that is installed."""
    return names(GROUP)


def load(kind: str) -> Connect:
    """How a source of this kind is connected.

    Raises:
        SettingsError: no installed connector has that name.
    """
    found = plugin(GROUP, kind)
    if found is not None:
        return cast("Connect", found)
    raise SettingsError(f"no connector is called `{kind}`", then=nearest(kind, kinds()), key=("kind",))
