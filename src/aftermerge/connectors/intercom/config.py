"""The keys of a `[[source]]` of kind intercom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aftermerge.connectors.since import read_start
from aftermerge.outside.http import Token, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["IntercomConfig", "Region", "read_config"]

Region = Literal["us", "eu", "au"]

_REGIONS: tuple[Region, ...] = ("us", "eu", "au")
_API = {
    "us": "https://api.intercom.io",
    "eu": "https://api.eu.intercom.io",
    "au": "https://api.au.intercom.io",
}
_APP = {
    "us": "https://app.intercom.com",
    "eu": "https://app.eu.intercom.com",
    "au": "https://app.au.intercom.com",
}


@dataclass(frozen=True, slots=True)
class IntercomConfig:
    """`app_url` is where the team reads its conversations."""

    base_url: str
    app_url: str
    token: Token
    since: datetime | None = None


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> IntercomConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or a value can't be used.
    """
    keys = Keys(source, given)
    keys.refuse_unknown("kind", "name", "region", "base_url", "token_env", "since")
    region = keys.one_of("region", _REGIONS, "us")
    return IntercomConfig(
        base_url=read_base_url(keys, _API[region]),
        app_url=_APP[region],
        token=read_token(keys, environ, "INTERCOM_TOKEN"),
        since=read_start(keys),
    )
