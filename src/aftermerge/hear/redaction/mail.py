"""E-mail addresses, plain or written so that machines do not see them: `name (at) host dot com`.

Each is looked for from its @ outwards, a bounded way to both sides, so that no text takes longer than its length.
"""

import re
from collections.abc import Iterator

from aftermerge.hear.redaction.found import Found

_BEFORE, _AFTER = 100, 260
"""Characters: RFC 5321 has 64 before the @ and 255 after it; ours leave room for a few more."""

_AT_WORDS = r"at|a|arroba|chiocciola|arobase|klammeraffe|собака"
_DOT_WORDS = r"dot|punkt|punto|point|ponto|точка"
_NO_HOSTS = "(?:the|this|that|a|an|any|some|each|every|my|your|our|its|one|which|what|least|first|last)"
_AT = re.compile(
    rf"[ ]?[(\[{{<][ ]?(?:@|{_AT_WORDS})[ ]?[)\]}}>][ ]?|&#0*64;|&#x0*40;|&commat;|%40|@+"
    rf"|(?<=\w) at (?!{_NO_HOSTS}\b)(?=[\w.-]{{1,64}}(?: dot |[ ]?[(\[]dot[)\]][ ]?)(?!and\b|or\b)[a-z]{{2,6}}\b)"
    rf"|(?<=\w) (?:arroba|chiocciola|arobase|собака) (?=[\w.-]{{1,64}}[ .(\[](?:{_DOT_WORDS})?)",
    re.IGNORECASE,
)
_DOT = rf"(?:\.|[ ]?[(\[{{<][ ]?(?:{_DOT_WORDS}|\.)[ ]?[)\]}}>][ ]?|[ ](?:{_DOT_WORDS})[ ])"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(
    rf"(?:{_LABEL}{_DOT})+(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})"
    r"|\[(?:IPv6:)?[0-9a-f.:]{3,45}\]",
    re.IGNORECASE,
)
_REVERSED_DOTS = "|".join(word[::-1] for word in _DOT_WORDS.split("|"))
_LOCAL = re.compile(
    rf"(?:[\w.+%!#$'*^`{{|}}~-]|[ ]?[)\]}}][ ]?(?:{_REVERSED_DOTS})[ ]?[(\[{{][ ]?)+"
    r"""|"[^"\n]{1,64}" """.strip(),
    re.IGNORECASE,
)
_PROVIDERS = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|me|mac|aol|gmx|web|proton|protonmail|mail|yandex|qq|163)\b"
    r"[. ]",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\dx\.\w+$")
_SIGNS = (
    *("@", "%40", "&#", "&commat", " dot ", "dot)", "dot]"),
    *(" arroba ", " chiocciola ", " arobase ", " собака "),
    *(bracket + space + word for bracket in "([{<" for space in ("", " ") for word in _AT_WORDS.split("|")),
)
"""One of them, in lower case, is in every text that has an address."""


def addresses(text: str) -> Iterator[Found]:
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return
    for at in _AT.finditer(text):
        if found := _around(text, *at.span()):
            yield found


def _around(text: str, start: int, end: int) -> Found | None:
    before, after = _gaps(text, start, end)
    domain = _DOMAIN.match(text, end + after, end + after + _AFTER)
    local = _LOCAL.match(text[max(0, start - before - _BEFORE) : start - before][::-1])
    if not domain or not local or not _is_mail(local[0][::-1], domain[0]):
        return None
    return Found(start - before - _trimmed(local[0]), domain.end(), "email")


def _gaps(text: str, start: int, end: int) -> tuple[int, int]:
    """Spaces about the @: on both sides, or on one where a provider of mail follows."""
    before = int(text[start - 1 : start] == " ")
    after = int(text[end : end + 1] == " ")
    if before == after or _PROVIDERS.match(text, end + after):
        return before, after
    return 0, 0


def _trimmed(reversed_local: str) -> int:
    """How long the part before the @ is, without the quotes, stars and dots that stand about it."""
    return len(reversed_local.rstrip("'`*.|{}!#$^~"))


def _is_mail(local: str, domain: str) -> bool:
    """Not an address: `git@host` of a clone, `icon@2x.png`, or no letter or digit before the @."""
    if local.lower() == "git" or _PICTURE.match(domain):
        return False
    return any(character.isalnum() for character in local)
