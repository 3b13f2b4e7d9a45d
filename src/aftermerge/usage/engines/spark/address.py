"""The address of a Spark Connect server, as settings and Spark write it."""

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from aftermerge.errors import DataError

_ADDED: Mapping[str, str] = MappingProxyType({"sc": "", "spark": "", "spark+tls": ";use_ssl=true"})
"""By scheme, what Spark's own form of the address says beside."""


def connection_string(address: str) -> str:
    """What Spark calls an address: `sc://host:port/;key=value;…`.

    Raises:
        DataError: it names no host, or a user, for whom Spark has no place.
    """
    scheme, _, rest = address.partition("://")
    host, _, parameters = rest.partition(";")
    parts = urlsplit(f"http://{host}")
    if not parts.hostname or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        then = "write `spark://host:15002`, or with a token `spark+tls://host:443/;token=${NAME}`"
        raise DataError("the address of Spark holds a host, a port and parameters", then=then)
    return f"sc://{host.rstrip('/')}/{_ADDED[scheme]}{';' if parameters else ''}{parameters}"


def place(address: str) -> str:
    """Host and port alone, without what may be a secret."""
    parts = urlsplit(f"http://{address.partition('://')[2].partition(';')[0]}")
    return f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
