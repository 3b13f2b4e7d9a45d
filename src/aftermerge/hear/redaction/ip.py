"""IP addresses. A version has four parts too: it is told by a part over 255 or by the word before it."""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from aftermerge.hear.redaction.found import Found

_DOT = r"(?:\.|\[\.\]|\(\.\)|\[dot\]|\(dot\))"
_V4 = re.compile(
    rf"(?<![\w.])(?<!\d[,\-/])\d{{1,3}}{_DOT}\d{{1,3}}{_DOT}\d{{1,3}}{_DOT}\d{{1,3}}(?![\w]|\.\d)(?:/\d{{1,2}})?"
)
_V6 = re.compile(r"(?<![\w:.])[0-9a-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])(?:%\w{1,15})?", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:\b(?:v|ver|vers|version|versione|versao|versie|wersja|версия|build|release|rev|revision|firmware|driver|"
    r"chrome|chromium|firefox|safari|edge|opera|android|ios|ipados|macos|windows|app|update|updated|upgraded|upgrade|"
    r"downgraded|since|patch|sdk|plugin|php|node|java|python)"
    r"(?:\s+(?:to|from|is|of|number|no|nr|version|app|the|v))?[\s:.#=(\"'/-]{0,3}v?|>=?|<=?|==|~>?|\^)$",
    re.IGNORECASE,
)
_PART = re.compile(r"\d+")
_ADDRESS = re.compile(r"\bip\b", re.IGNORECASE)
_LOOK_BACK = 40
_LEAST_HEX = 4


def ips(text: str) -> Iterator[Found]:
    if text.count(".") >= 3 or text.lower().count("dot") >= 3:
        yield from (Found(*m.span(), "ip") for m in _V4.finditer(text) if _is_v4(m[0]) and not _is_version(text, m))
    if text.count(":") >= 2:
        yield from (Found(*m.span(), "ip") for m in _V6.finditer(text) if m[0].count(":") >= 2 and _is_v6(m[0]))


def _is_v4(text: str) -> bool:
    """Of somebody: not this computer, nor every one."""
    parts = _PART.findall(text)[:4]
    if int(parts[0]) == 0 or any(int(part) > 255 for part in parts):
        return False
    address = IPv4Address(".".join(str(int(part)) for part in parts))
    return not (address.is_loopback or address.is_unspecified or address == IPv4Address("255.255.255.255"))


def _is_version(text: str, match: re.Match[str]) -> bool:
    """By the word before it. A version has no port after it, and seldom two parts of three digits."""
    if text[match.end() : match.end() + 1] == ":" or sum(int(part) >= 100 for part in _PART.findall(match[0])[:4]) >= 2:
        return False
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    return bool(_VERSION.search(before)) and not _ADDRESS.search(before)


def _is_v6(text: str) -> bool:
    if sum(character.isalnum() for character in text) < _LEAST_HEX or not any(c.isdigit() for c in text):
        return False
    try:
        address = IPv6Address(text)
    except AddressValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)
