"""PostgreSQL as an engine: read only, in UTC, by psycopg."""

from aftermerge.errors import DataError
from aftermerge.usage.engines.engine import Client

__all__ = ["connect"]


def connect(address: str) -> Client:
    """A connection to the database of an address such as `postgresql://reader:secret@host:5432/warehouse`.

    Raises:
        DataError: the driver is not installed, the address can't be read, or nobody lets us in there.
    """
    try:
        from aftermerge.usage.engines.postgres.client import PostgresClient
    except ImportError as error:
        then = "run `pip install 'aftermerge[postgres]'`"
        raise DataError(f"PostgreSQL's driver is not installed ({error.name})", then=then) from error
    client = PostgresClient(address)
    client.reach()
    return client
