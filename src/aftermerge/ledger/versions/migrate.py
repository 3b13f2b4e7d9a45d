"""Alembic, behind one function."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from aftermerge.ledger.versions.revisions import VERSION_TABLE


def migrate(connection: Connection, scripts: Path, to: str = "head") -> None:
    """Bring the ledger to a revision, within the connection's transaction.

    Raises:
        Exception: whatever a migration raises; the caller's transaction is then to be rolled back.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes.update(connection=connection, version_table=VERSION_TABLE)
    command.upgrade(config, to)
