"""A session on a Spark Connect server, opened without waiting for minutes where nobody answers."""

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

from aftermerge.errors import DataError, OutsideError
from aftermerge.usage.engines.spark.address import connection_string, place
from aftermerge.usage.engines.spark.errors import in_our_words

if TYPE_CHECKING:
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.session import SparkSession

_MOST_SECONDS_TO_REACH = 5
"""A query itself may take as long as it takes."""
_ALIVE_MS = 60_000
_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_LTZ",
        "spark.sql.ansi.enabled": "true",  # a sum that leaves int64 is an error, and not some other number
    }
)


def opened_session(address: str) -> "SparkSession":
    """A session of its own, in UTC.

    Raises:
        DataError: the client is not installed, nobody answers, or the server refuses.
    """
    _require_client()
    from pyspark.sql.connect.client import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    with in_our_words(f"Spark at {place(address)} refuses"):
        builder = DefaultChannelBuilder(connection_string(address))
        builder.set("user_agent", "aftermerge")
        builder.setChannelOption("grpc.keepalive_time_ms", _ALIVE_MS)  # else a server that vanishes is waited for
        builder.setChannelOption("grpc.keepalive_timeout_ms", _ALIVE_MS)
        _require_answer(builder, address)
        session = SparkSession(builder)
        session.client.set_retry_policies([DefaultPolicy(max_retries=3, initial_backoff=200, max_backoff=1_000)])
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
    return session


def _require_client() -> None:
    """Import it once, without its word about versions of pandas, which is not used here.

    Its log, which writes each refusal with the query and Java's stack to the error stream, is switched off.
    """
    try:
        with warnings.catch_warnings(), _by_a_file():
            warnings.simplefilter("ignore")
            import pyspark.sql.connect.session  # noqa: F401
            from pyspark.logger import PySparkLogger

            PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
    except ImportError as error:
        then = 'pip install "aftermerge[spark]"'
        raise DataError("the client for Spark Connect is not installed", then=then) from error


@contextmanager
def _by_a_file() -> Iterator[None]:
    """pyspark takes a process that no file began (`python -c …`) for a run of its own tests, and ends it."""
    main = sys.modules["__main__"]
    if main.__spec__ is not None or hasattr(main, "__file__"):
        yield
        return
    main.__file__ = sys.executable
    try:
        yield
    finally:
        del main.__file__


def _require_answer(builder: "DefaultChannelBuilder", address: str) -> None:
    """Spark's client would try for ten minutes."""
    import grpc  # type: ignore[import-untyped]

    channel = builder.toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=_MOST_SECONDS_TO_REACH)
    except grpc.FutureTimeoutError:
        what = f"nobody answers at {place(address)} within {_MOST_SECONDS_TO_REACH} seconds"
        then = "start the Spark Connect server, or correct `engine` in aftermerge.toml (and whether it speaks TLS)"
        raise OutsideError(what, then=then) from None
    finally:
        channel.close()
