"""GitHub: where it stands, and how we show ourselves there, by a token or as an app."""

from collections.abc import Mapping

from aftermerge.outside.github_app import read_app
from aftermerge.outside.http import Api, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["ACCESS_KEYS", "github_api"]

ACCESS_KEYS = ("base_url", "token_env", "app_id", "installation_id", "private_key_env")
_PUBLIC = "https://api.github.com"
_HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


def github_api(keys: Keys, environ: Mapping[str, str]) -> Api:
    """The GitHub that a source names.

    Raises:
        SettingsError: its address, or how we show ourselves there, can't be used.
    """
    base_url, app = read_base_url(keys, _PUBLIC), read_app(keys, environ)
    if app is not None:
        return Api("GitHub", base_url, app.key, _HEADERS, passport=app)
    token = read_token(keys, environ, "GITHUB_TOKEN")
    return Api("GitHub", base_url, token, {**_HEADERS, **token.bearer()})
