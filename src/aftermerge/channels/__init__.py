"""Out: one room a way to speak, each found by its entry point."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import cast

from aftermerge.errors import SettingsError, nearest
from aftermerge.outside.plugins import names, plugin
from aftermerge.ports import Comments, Correspondence, Noticeboard

__all__ = [
    "CORRESPONDENCE",
    "GROUP",
    "NOTICEBOARDS",
    "Connect",
    "ConnectCorrespondence",
    "ConnectNoticeboard",
    "kinds",
    "load",
    "load_correspondence",
    "load_noticeboard",
]

GROUP = "aftermerge.channels"
CORRESPONDENCE = "aftermerge.channels.correspondence"
NOTICEBOARDS = "aftermerge.channels.noticeboards"

Connect = Callable[[Mapping[str, object], Mapping[str, str], str], AbstractContextManager[Comments]]
"""(source's configuration, environment, name) → the channel, open for one job. Raises SettingsError as it opens."""
ConnectCorrespondence = Callable[[Mapping[str, object], Mapping[str, str], str], AbstractContextManager[Correspondence]]
"""The same for answers to customers."""
ConnectNoticeboard = Callable[[Mapping[str, object], Mapping[str, str], str], AbstractContextManager[Noticeboard]]
"""The same for what the team is told."""


def kinds(group: str = GROUP) -> list[str]:
    """Every kind of source on whose pull requests can be spoken; or all that is installed in another group."""
    return names(group)


def load(kind: str) -> Connect:
    """How a channel of this kind is connected.

    Raises:
        SettingsError: no installed channel has that name.
    """
    what = f"nothing can be told on pull requests of a source of kind `{kind}`"
    return cast("Connect", _loaded(GROUP, kind, what, "comment"))


def load_correspondence(kind: str) -> ConnectCorrespondence:
    """How customers of a source of this kind are answered. Raises as `load` does."""
    what = f"customers can't be answered at a source of kind `{kind}`"
    return cast("ConnectCorrespondence", _loaded(CORRESPONDENCE, kind, what, "kind"))


def load_noticeboard(kind: str) -> ConnectNoticeboard:
    """How the team is told something there. Raises as `load` does."""
    return cast("ConnectNoticeboard", _loaded(NOTICEBOARDS, kind, f"the team can't be told by `{kind}`", "kind"))


def _loaded(group: str, kind: str, what: str, key: str) -> object:
    found = plugin(group, kind)
    if found is None:
        raise SettingsError(what, then=nearest(kind, kinds(group)), key=(key,))
    return found
