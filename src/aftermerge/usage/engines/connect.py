"""From an engine's address in the settings to a connection."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from urllib.parse import quote

from aftermerge.errors import DataError, nearest
from aftermerge.outside.engine_address import VARIABLE, WRITTEN_ONLY, holds_secret
from aftermerge.usage.dialects import DUCKDB
from aftermerge.usage.engines.engine import Client

_CLIENTS: Mapping[str, str] = MappingProxyType(
    {
        "clickhouse": "clickhouse",
        "clickhouses": "clickhouse",
        "postgres": "postgres",
        "postgresql": "postgres",
        "sc": "spark",
        "spark": "spark",
        "spark+tls": "spark",
    }
)
"""By the scheme of the address, the file with `connect(address) -> Client`."""


@contextmanager
def connect(address: str, environ: Mapping[str, str]) -> Iterator[Client]:
    """A connection, closed at the end.

    Raises:
        DataError: no such engine is known, the environment lacks what the address names, or nobody answers there.
    """
    whole = filled(address, environ)
    client = _connector(address.partition(":")[0])(whole)
    try:
        yield client
    finally:
        client.close()


def filled(address: str, environ: Mapping[str, str]) -> str:
    """The address with what it leaves to the environment, escaped as an address wants it.

    Raises:
        DataError: a variable is not set, or a password stands in the address itself.
    """
    if holds_secret(address):
        then = "write `${NAME}` in its place, and set NAME in the environment"
        raise DataError("the engine's address holds a password, and aftermerge.toml is read by many", then=then)
    return VARIABLE.sub(lambda found: quote(_value(found[1], environ), safe=""), address)


def _value(name: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise DataError(f"the engine's address needs {name}, which is not set", then=f"set {name} in the environment")
    return environ[name]


def _connector(scheme: str) -> Callable[[str], Client]:
    if scheme in WRITTEN_ONLY:
        then = f"`aftermerge measure explain BET --dialect {scheme}` shows the SQL that it would be asked"
        raise DataError(f"queries for {scheme} are written, and never run here", then=then)
    if scheme not in _CLIENTS:
        raise DataError(f"there is no engine `{scheme}`", then=nearest(scheme, [DUCKDB, *sorted(_CLIENTS)]))
    found: Callable[[str], Client] = import_module(f"aftermerge.usage.engines.{_CLIENTS[scheme]}").connect
    return found
