"""Spark through Spark Connect: a cluster of the team's own, or Sail. Nothing here needs Java."""

from aftermerge.usage.engines.spark.client import SparkClient
from aftermerge.usage.engines.spark.session import opened_session

__all__ = ["SparkClient", "connect"]


def connect(address: str) -> SparkClient:
    """A session on the server of an address.

    Raises:
        DataError: the client is not installed, nobody answers, or the server refuses.
    """
    return SparkClient(address, opened_session(address))
