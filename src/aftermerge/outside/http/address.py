"""Where a service stands, and whether another address is still the same service."""

from ipaddress import ip_address

import httpx

from aftermerge.errors import SettingsError
from aftermerge.outside.keys import Keys

__all__ = ["is_loopback", "is_same_service", "joined", "read_base_url"]


def read_base_url(keys: Keys, default: str | None = None, key: str = "base_url") -> str:
    """The address of a service, without a slash at its end: https, unless it is this machine's own.

    Raises:
        SettingsError: it is missing, is no such address, or has a password in it.
    """
    given = keys.text(key) or default
    if given is None:
        raise keys.wrong(key, f"source `{keys.source}` does not say where its service stands", f"set `{key}`")
    url = _parsed(keys, key, given)
    if url.userinfo or url.query or url.fragment:
        what = f"`{key}` of source `{keys.source}` holds more than an address"
        raise keys.wrong(key, what, "write scheme, host and path alone; a token stands in the environment")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url)):
        what = f"`{key}` of source `{keys.source}` is not https"
        raise keys.wrong(key, what, "write https://…, so that nobody on the way reads the token")
    return given.rstrip("/")


def is_loopback(url: httpx.URL) -> bool:
    """Whether the address is this machine's own."""
    try:
        return ip_address(url.host).is_loopback
    except ValueError:
        return url.host == "localhost"


def is_same_service(url: httpx.URL, other: httpx.URL) -> bool:
    """Whether both have the same scheme, host and port."""
    return _origin(url) == _origin(other)


def joined(base: str, path: str) -> httpx.URL:
    """`path` below `base`; a whole address, as a link to the next page is, stays as it is."""
    if path.startswith(("https://", "http://")):
        return httpx.URL(path)
    return httpx.URL(f"{base}/{path.lstrip('/')}" if path else base)


def _parsed(keys: Keys, key: str, given: str) -> httpx.URL:
    try:
        url = httpx.URL(given)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        url = httpx.URL("")
    if not url.host:
        raise _no_address(keys, key)
    return url


def _no_address(keys: Keys, key: str) -> SettingsError:
    return keys.wrong(key, f"`{key}` of source `{keys.source}` is no address", 'write "https://host" and its path')


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
