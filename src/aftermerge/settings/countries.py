"""Countries whose public holidays are known, and their parts."""

from collections.abc import Container, Mapping, Sequence
from datetime import date
from difflib import get_close_matches

from aftermerge.settings.document import refuse

_EXAMPLE = 'write two capital letters, such as "GB", or a part of a country, such as "GB-SCT"'


def refuse_unknown_country(code: str) -> None:
    """For a form's validator: `GB`, or `GB-SCT` for a part of it.

    Raises:
        PydanticCustomError: no holidays are known there; the nearest code is named.
    """
    known = _parts_by_country()
    country, dash, part = code.partition("-")
    if country not in known:
        raise refuse(f"`{code}` is not a country code whose holidays are known", then=_nearest(country, known))
    if dash and part not in known[country]:
        then = _nearest_part(country, part, known[country])
        raise refuse(f"`{code}` is not a part of {country} whose holidays are known", then=then)


def _nearest(country: str, known: Mapping[str, Sequence[str]]) -> str:
    """By the code in other letters, by its three letters, or by the country's English name."""
    words = {code: code for code in known} | _codes_by_name()
    upper = country.upper()
    if upper in words:
        return f"did you mean `{words[upper]}`?"
    close = get_close_matches(upper, list(words), n=1, cutoff=0.8)
    return f"did you mean `{words[close[0]]}`?" if close else _EXAMPLE


def _nearest_part(country: str, part: str, parts: Sequence[str]) -> str:
    if not parts:
        return f'no part of it is told apart: write "{country}"'
    close = get_close_matches(part.upper(), parts, n=1, cutoff=0.6)
    return f"did you mean `{country}-{close[0]}`?" if close else f"known: {', '.join(parts)}"


def _parts_by_country() -> Mapping[str, Sequence[str]]:
    import holidays  # here, so that a workspace without a country does not wait for it

    return {code: parts for code, parts in holidays.list_supported_countries().items() if len(code) == 2}


def _codes_by_name() -> dict[str, str]:
    from holidays.registry import COUNTRIES

    found: dict[str, str] = {}
    for name, code, *others in COUNTRIES.values():
        spaced = "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()
        found |= dict.fromkeys((name.upper(), spaced.upper(), *others), code)
    return found


def public_holidays(code: str | None) -> Container[date]:
    """The public holidays of a country or a part of it, in whatever year; none without a country."""
    if code is None:
        return ()
    import holidays

    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)
