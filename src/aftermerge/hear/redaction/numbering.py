"""The numbering plans of the world, as `phonenumbers` has them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import NumberFormat

_NOT_DIGITS = re.compile(r"\D")
_ROUND = re.compile(r"\d{1,3}(?:[ .]000)+")
_TRUNK_LEFT_AWAY = frozenset({"BD", "BR", "IN", "LK", "NP", "PK", "TR"})
"""Where mobile numbers are mostly written without the 0."""
_LEAST_INTERNATIONAL = 8


@dataclass(frozen=True, slots=True)
class Numbering:
    """A country's plan: `trunk` is what is dialled before a number at home, `significant` what follows it.

    `bare` are those that may be written without the trunk prefix.
    """

    region: str
    trunk: str
    significant: re.Pattern[str]
    bare: re.Pattern[str]

    def has(self, digits: str, written: str) -> bool:
        """In groups, one that there is room for; in one block, or without its trunk prefix, one that is given out."""
        if not self._may_have(digits) or _ROUND.fullmatch(written):
            return False
        has_prefix = self.trunk != "0" or digits.startswith("0")
        if has_prefix and len(written) > len(digits):
            return True
        return (has_prefix or bool(self.bare.fullmatch(digits))) and _is_given_out(digits, self.region)

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
    bare = r"\d+" if code in _TRUNK_LEFT_AWAY else _bare(metadata.number_format)
    return Numbering(code, metadata.national_prefix or "", re.compile(pattern), re.compile(bare))


def _bare(formats: "Iterable[NumberFormat]") -> str:
    """Those whose way of writing has no prefix, or may leave it away."""
    without = (
        f"(?={(way.leading_digits_pattern or [''])[-1]}){way.pattern}"
        for way in formats
        if not way.national_prefix_formatting_rule or way.national_prefix_optional_when_formatting
    )
    return "|".join(without) or r"(?!)"


def is_international(written: str) -> bool:
    """After its plus or 00: one that could be dialled."""
    from phonenumbers import NumberParseException, is_possible_number, parse

    digits = _NOT_DIGITS.sub("", written)
    if len(digits) < _LEAST_INTERNATIONAL:
        return False
    try:
        return is_possible_number(parse("+" + digits))
    except NumberParseException:
        return False


def _is_given_out(digits: str, region: str) -> bool:
    from phonenumbers import NumberParseException, is_valid_number_for_region, parse

    try:
        return is_valid_number_for_region(parse(digits, region), region)
    except NumberParseException:
        return False
