"""The keys of a `[[source]]` of kind zendesk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.since import read_start
from aftermerge.outside.http import Token, read_token
from aftermerge.outside.keys import Keys
from aftermerge.outside.zendesk import zendesk_url

__all__ = ["ZendeskConfig", "read_config"]


@dataclass(frozen=True, slots=True)
class ZendeskConfig:
    """`email` is whose API token it is; None: the token is an OAuth one."""

    base_url: str
    token: Token
    email: str | None = None
    since: datetime | None = None


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> ZendeskConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value can't be used.
    """
    keys = Keys(source, given)
    keys.refuse_unknown("kind", "name", "subdomain", "base_url", "email", "token_env", "since")
    return ZendeskConfig(
        base_url=zendesk_url(keys),
        token=read_token(keys, environ, "ZENDESK_TOKEN"),
        email=keys.text("email"),
        since=read_start(keys),
    )
