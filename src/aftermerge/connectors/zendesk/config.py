"""The keys of a `[[source]]` of kind zendesk."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.since import read_start
from aftermerge.outside.http import Token, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["ZendeskConfig", "read_config"]

_SUBDOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*", re.ASCII)


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
        base_url=_base_url(keys),
        token=read_token(keys, environ, "ZENDESK_TOKEN"),
        email=keys.text("email"),
        since=read_start(keys),
    )


def _base_url(keys: Keys) -> str:
    subdomain = keys.text("subdomain")
    if subdomain is None and "base_url" not in keys.given:
        what = f"source `{keys.source}` does not say which Zendesk it reads"
        raise keys.wrong("subdomain", what, 'set `subdomain`: "harbor" of harbor.zendesk.com')
    if subdomain is not None and not _SUBDOMAIN.fullmatch(subdomain):
        what = f"`subdomain` of source `{keys.source}` is no subdomain"
        raise keys.wrong("subdomain", what, 'write the first part alone: "harbor" of harbor.zendesk.com')
    return read_base_url(keys, f"https://{subdomain}.zendesk.com")
