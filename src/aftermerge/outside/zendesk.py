"""Zendesk: where it stands, and how we show ourselves there."""

import re
from collections.abc import Mapping

from aftermerge.outside.http import Api, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["zendesk_api", "zendesk_url"]

_SUBDOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*", re.ASCII)


def zendesk_api(keys: Keys, environ: Mapping[str, str]) -> Api:
    """The Zendesk that a source names. `email` is whose API token it is; without one the token is an OAuth one.

    Raises:
        SettingsError: its address, or how we show ourselves there, can't be used.
    """
    token, email = read_token(keys, environ, "ZENDESK_TOKEN"), keys.text("email")
    shown = token.basic(f"{email}/token") if email else token.bearer()
    return Api("Zendesk", zendesk_url(keys), token, shown)


def zendesk_url(keys: Keys) -> str:
    """Its address."""
    subdomain = keys.text("subdomain")
    if subdomain is None and "base_url" not in keys.given:
        what = f"source `{keys.source}` does not say which Zendesk it reads"
        raise keys.wrong("subdomain", what, 'set `subdomain`: "harbor" of harbor.zendesk.com')
    if subdomain is not None and not _SUBDOMAIN.fullmatch(subdomain):
        what = f"`subdomain` of source `{keys.source}` is no subdomain"
        raise keys.wrong("subdomain", what, 'write the first part alone: "harbor" of harbor.zendesk.com')
    return read_base_url(keys, f"https://{subdomain}.zendesk.com")
