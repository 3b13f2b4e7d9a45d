"""What Slack takes in one message, and what of it may call nobody."""

import re
from collections.abc import Iterator, Mapping

from aftermerge.channels.text import inert
from aftermerge.errors import InputError
from aftermerge.ports import Bulletin

__all__ = ["fitting"]

_MOST_BLOCKS = 50
_LONGEST_TEXT = 3_000
_LONGEST_HEADER = 150
_LONGEST_MESSAGE = 40_000
_THEN = "say less, or split it into several"
_CALLING = re.compile(r"<(?=!(?:channel|here|everyone|subteam))")


def fitting(bulletin: Bulletin) -> Mapping[str, object]:
    """The message. `text` is what a notification shows; without blocks it is all there is.

    Raises:
        InputError: it is more than Slack takes.
    """
    if len(bulletin.blocks) > _MOST_BLOCKS:
        raise InputError(f"Slack takes {_MOST_BLOCKS} blocks, and this has {len(bulletin.blocks)}", then=_THEN)
    for place, block in enumerate(bulletin.blocks, 1):
        _refuse_long(block, place)
    if len(bulletin.text) > _LONGEST_MESSAGE:
        raise InputError(
            f"Slack takes {_LONGEST_MESSAGE:,} characters, and this has {len(bulletin.text):,}", then=_THEN
        )
    blocks = {"blocks": [_calling_nobody(block) for block in bulletin.blocks]} if bulletin.blocks else {}
    return {"text": inert(bulletin.text or bulletin.subject), **blocks}


def _refuse_long(block: Mapping[str, object], place: int) -> None:
    most = _LONGEST_HEADER if block.get("type") == "header" else _LONGEST_TEXT
    longest = max((len(text) for text in _texts(block)), default=0)
    if longest > most:
        what = f"Slack takes {most:,} characters in a text, and one of block {place} has {longest:,}"
        raise InputError(what, then=_THEN)


def _texts(value: object) -> Iterator[str]:
    """Every text that is shown: what stands under `text`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _calling_nobody(value: object) -> object:
    """The same, in which no text rings for a whole channel or group."""
    if isinstance(value, str):
        return _CALLING.sub("&lt;", value)
    if isinstance(value, Mapping):
        return {key: _calling_nobody(inner) for key, inner in value.items()}
    return [_calling_nobody(inner) for inner in value] if isinstance(value, list | tuple) else value
