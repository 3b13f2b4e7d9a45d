"""What Spark says when it refuses, in a line, and what to do next."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aftermerge.errors import DataError, OutsideError

_LOST = ("INVALID_HANDLE.SESSION", "NO_ACTIVE_SESSION", "SESSION_NOT_SAME")
_ADVICE = {
    "TABLE_OR_VIEW_NOT_FOUND": "check `table` in aftermerge.toml, and who may read it",
    "UNAUTHENTICATED": "renew the token in the variable that the address names",
    "PERMISSION_DENIED": "ask for the right to read it",
    "UNAVAILABLE": "check that the Spark Connect server is up, and run again",
    "CANCELED": "run again: somebody cancelled the query, or the server did",
    "CANCELLED": "run again: somebody cancelled the query, or the server did",
    "ARITHMETIC_OVERFLOW": "store smaller numbers, or leave them out by `where`",
}
_GONE = ("UNAVAILABLE", "CANCELED", "CANCELLED")
_MOST_LETTERS = 300


def told(error: Exception) -> str:
    """The first line of it (two, where it ends in a colon), without the name of a Java class before."""
    first, *more = _words(error).strip().splitlines() or [type(error).__name__]
    line = " ".join([first.strip(), *(each.strip() for each in more[:1] if first.rstrip().endswith(":"))])
    line = re.sub(r"^\([\w.$]+\)\s*", "", line)
    return line if len(line) <= _MOST_LETTERS else f"{line[:_MOST_LETTERS]}…"


def _words(error: Exception) -> str:
    """Spark's own; of an error of the connection, those of its details."""
    words = str(error)
    details = re.search(r'details = "([^"]*)"', words)
    return details[1] if details and "RpcError" in words else words


def advice(error: Exception) -> str | None:
    words = f"{error} {_status(error)}"
    return next((then for sign, then in _ADVICE.items() if sign in words), None)


def is_lost(error: Exception) -> bool:
    """Whether the server no longer knows the session, as after its restart or an hour without a query."""
    return any(sign in str(error) for sign in _LOST)


def is_gone(error: Exception) -> bool:
    """Whether nobody is there any more to be asked, or to be told to forget."""
    return is_lost(error) or _is_away(error)


@contextmanager
def in_our_words(what: str) -> Iterator[None]:
    """
    Raises:
        DataError: Spark refused.
        OutsideError: it can't be reached.
    """
    import grpc  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=UserWarning)  # of retries: what comes of them is told below
            yield
    except (PySparkException, grpc.RpcError) as error:
        wrong = OutsideError if _is_away(error) else DataError
        raise wrong(f"{what}: {told(error)}", then=advice(error)) from None


def _is_away(error: Exception) -> bool:
    return any(sign in f"{error} {_status(error)}" for sign in _GONE)


def _status(error: Exception) -> str:
    """The name of gRPC's status, where there is one."""
    code: Callable[[], object] | None = getattr(error, "getGrpcStatusCode", None) or getattr(error, "code", None)
    return str(code()) if callable(code) else ""
