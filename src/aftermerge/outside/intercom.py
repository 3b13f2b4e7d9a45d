"""Intercom: where it stands, by its region, and how we show ourselves there."""

from collections.abc import Mapping
from typing import Literal

from aftermerge.outside.http import Api, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["Region", "intercom_api", "intercom_region"]

Region = Literal["us", "eu", "au"]

_REGIONS: tuple[Region, ...] = ("us", "eu", "au")
_API = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
_VERSION = "2.11"


def intercom_api(keys: Keys, environ: Mapping[str, str]) -> Api:
    """The Intercom that a source names.

    Raises:
        SettingsError: its address or its token can't be used.
    """
    token = read_token(keys, environ, "INTERCOM_TOKEN")
    base_url = read_base_url(keys, _API[intercom_region(keys)])
    return Api("Intercom", base_url, token, {**token.bearer(), "Intercom-Version": _VERSION})


def intercom_region(keys: Keys) -> Region:
    """Where its workspace is kept."""
    return keys.one_of("region", _REGIONS, "us")
