"""International bank account numbers (ISO 13616): the country's length, and 1 modulo 97."""

import re
from collections.abc import Iterator

from aftermerge.hear.redaction.found import Found

_REGISTRY = """
AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29
ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29
PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
YE30
"""
LENGTHS = {entry[:2]: int(entry[2:]) for entry in _REGISTRY.split()}
"""Characters by country, as in SWIFT's registry of IBANs."""

_HEAD = re.compile(r"(?:(?<![A-Za-z0-9])|(?<=IBAN)|(?<=iban))([A-Za-z]{2})[ \-.]?\d[ \-.]?\d")
_REST = {
    length: re.compile(rf"(?:[ \t\n\r.\-]{{0,2}}[a-z0-9]){{{length - 4}}}(?![a-z0-9])", re.IGNORECASE)
    for length in set(LENGTHS.values())
}
_SAID = re.compile(r"iban\W{0,3}(?:\w{1,10}\W{1,3}){0,2}$", re.IGNORECASE)
_PRINTED = re.compile(r"[A-Z]{2}\d\d(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?")
"""As on a statement: one of these is meant as an account even where a digit is wrong."""
_SEPARATORS = re.compile(r"[ \t\n\r.\-]")


def ibans(text: str) -> Iterator[Found]:
    for head in _HEAD.finditer(text):
        length = LENGTHS.get(head[1].upper())
        rest = _REST[length].match(text, head.end()) if length else None
        if rest is None:
            continue
        number = _SEPARATORS.sub("", text[head.start() : rest.end()])
        if (
            is_iban(number)
            or _PRINTED.fullmatch(text, head.start(), rest.end())
            or _SAID.search(text, max(0, head.start() - 40), head.start())
        ):
            yield Found(head.start(), rest.end(), "iban")


def is_iban(number: str) -> bool:
    """Right by its check digits (ISO 7064, MOD 97-10)."""
    turned = number[4:] + number[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
