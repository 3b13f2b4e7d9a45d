"""The `Link` header (RFC 8288)."""

import re

__all__ = ["next_link"]

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT = re.compile(r""";\s*rel\s*=\s*(?:"(?:[^"]* )?next(?: [^"]*)?"|next\b)""", re.IGNORECASE)


def next_link(header: str | None) -> str | None:
    """The address of the next page, where there is one."""
    for address, parameters in _LINK.findall(header or ""):
        if _NEXT.search(parameters):
            return str(address)
    return None
