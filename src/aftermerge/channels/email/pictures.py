"""Pictures that stand within a page, as mail carries them: beside it, since mail readers show none from within."""

import re
from base64 import b64decode

__all__ = ["beside"]

_WITHIN = re.compile(r'(?<=src=")data:image/png;base64,([A-Za-z0-9+/]+={0,2})(?=")', re.ASCII)


def beside(html: str, name: str, domain: str) -> tuple[str, dict[str, bytes]]:
    """The page, and by its content id each picture that stood in it."""
    pictures: dict[str, bytes] = {}

    def taken_out(found: re.Match[str]) -> str:
        content_id = f"{name}.{len(pictures) + 1}@{domain}"
        pictures[content_id] = b64decode(found[1])
        return f"cid:{content_id}"

    return _WITHIN.sub(taken_out, html), pictures
