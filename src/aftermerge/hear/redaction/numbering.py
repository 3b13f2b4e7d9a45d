"""The numbering plans of the world, as `phonenumbers` has them."""

import re
from dataclasses import dataclass
from functools import lru_cache

_NOT_DIGITS = re.compile(r"\D")
_ROUND = re.compile(r"\d{1,3}(?:[ .]000)+")
_TRUNK_LEFT_AWAY = frozenset({"BD", "BR", "IN", "LK", "NP", "PK", "TR"})
"""Where mobile numbers are mostly written without the 0."""
_LEAST_INTERNATIONAL = 8


@dataclass(frozen=True, slots=True)
class Numbering:
    """A country's plan: `trunk` is what is dialled before a number at home, `significant` what follows it."""

    region: str
    trunk: str
    significant: re.Pattern[str]

    def has(self, digits: str, written: str) -> bool:
        """Written in groups, one that the plan has room for; in one block, one that is given out and dialled so."""
        if not self._may_have(digits):
            return False
        return not _ROUND.fullmatch(written) if len(written) > len(digits) else _is_dialled(digits, self)

    def _may_have(self, digits: str) -> bool:
        """Quick: most runs of digits are refused here."""
        return any(self.significant.fullmatch(digits[skipped:]) for skipped in {0, len(self.trunk)})


@lru_cache(maxsize=256)
def numbering(region: str | None) -> Numbering | None:
    """None for a country that is not known."""
    from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

    code = {"UK": "GB"}.get((region or "").upper(), (region or "").upper())
    metadata = PhoneMetadata.metadata_for_region(code) if code in SUPPORTED_REGIONS else None
    if metadata is None or metadata.general_desc is None:
        return None
    pattern = metadata.general_desc.national_number_pattern or r"\d{6,15}"
    return Numbering(code, metadata.national_prefix or "", re.compile(pattern))


def is_international(written: str, *, strictly: bool = False) -> bool:
    """After its plus: one that could be dialled. `strictly`: one that is given out, where no plus says what it is."""
    from phonenumbers import NumberParseException, is_possible_number, is_valid_number, parse

    digits = _NOT_DIGITS.sub("", written)
    if len(digits) < _LEAST_INTERNATIONAL:
        return False
    try:
        number = parse("+" + digits)
    except NumberParseException:
        return False
    return is_valid_number(number) if strictly else is_possible_number(number)


def _is_dialled(digits: str, plan: Numbering) -> bool:
    """Given out in this country; with the trunk prefix, unless people leave it away there."""
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number_for_region, parse

    try:
        number = parse(digits, plan.region)
    except NumberParseException:
        return False
    if not is_valid_number_for_region(number, plan.region):
        return False
    if plan.trunk != "0" or digits.startswith("0") or plan.region in _TRUNK_LEFT_AWAY:
        return True
    return not _NOT_DIGITS.sub("", format_number(number, PhoneNumberFormat.NATIONAL)).startswith("0")
