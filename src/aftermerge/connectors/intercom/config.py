"""The keys of a `[[source]]` of kind intercom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.since import read_start
from aftermerge.outside.http import Token
from aftermerge.outside.intercom import intercom_api, intercom_region
from aftermerge.outside.keys import Keys

__all__ = ["IntercomConfig", "read_config"]

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
    api = intercom_api(keys, environ)
    return IntercomConfig(
        base_url=api.base_url,
        app_url=_APP[intercom_region(keys)],
        token=api.token,
        since=read_start(keys),
    )
