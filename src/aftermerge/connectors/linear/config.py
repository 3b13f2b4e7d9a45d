"""The keys of a `[[source]]` of kind linear."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.since import read_start
from aftermerge.connectors.linear.queries import STREAMS
from aftermerge.errors import nearest
from aftermerge.outside.http import Token, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["LinearConfig", "read_config"]


@dataclass(frozen=True, slots=True)
class LinearConfig:
    """`read` are the kinds of records that are read."""

    base_url: str
    token: Token
    read: tuple[str, ...] = tuple(STREAMS)
    since: datetime | None = None


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> LinearConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or a value can't be used.
    """
    keys = Keys(source, given)
    keys.refuse_unknown("kind", "name", "base_url", "token_env", "read", "since")
    return LinearConfig(
        base_url=read_base_url(keys, "https://api.linear.app"),
        token=read_token(keys, environ, "LINEAR_TOKEN"),
        read=_read(keys),
        since=read_start(keys),
    )


def _read(keys: Keys) -> tuple[str, ...]:
    read = keys.texts("read", tuple(STREAMS))
    for name in read:
        if name not in STREAMS:
            what = f"source `{keys.source}` can't read `{name}`"
            raise keys.wrong("read", what, nearest(name, tuple(STREAMS)))
    return read
