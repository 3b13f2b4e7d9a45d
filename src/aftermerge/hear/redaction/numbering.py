"""The numbering plans of the world, as `phonenumbers` has them."""

import re
from dataclasses import dataclass
from functools import lru_cache

_NOT_DIGITS = re.compile(r"\D")
_LEAST_INTERNATIONAL = 8


@dataclass(frozen=True, slots=True)
class Numbering:
    """A country's plan: `trunk` is what is dialled before a number at home, `significant` what follows it."""

    region: str
    trunk: str
    significant: re.Pattern[str]

    def has(self, digits: str, written: str) -> bool:
        """Where a trunk prefix is dialled, a number in one block has it, or it may be any number."""
        if len(written) == len(digits) and self.trunk == "0" and not digits.startswith("0"):
            return False
        return self._may_have(digits) and _is_valid(digits, self.region)

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


def _is_valid(digits: str, region: str) -> bool:
    from phonenumbers import NumberParseException, is_valid_number_for_region, parse

    try:
        number = parse(digits, region)
    except NumberParseException:
        return False
    return is_valid_number_for_region(number, region)
