"""A name that one job holds for a while. It runs out by itself, should the job die."""

import os
import platform
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from aftermerge.errors import LeaseTakenError
from aftermerge.ledger.schema import lease


def take(connection: Connection, name: str, now: datetime, seconds: float) -> str:
    """The token with which the lease is given back.

    Raises:
        LeaseTakenError: another job holds it and its time has not run out.
    """
    token = uuid4().hex
    claim = {"token": token, "holder": _this_process(), "until": now + timedelta(seconds=seconds)}
    expired = update(lease).where(lease.c.name == name, lease.c.until <= now).values(claim)
    if connection.execute(expired).rowcount == 0:
        _refuse_when_held(connection, name)
        connection.execute(insert(lease).values(name=name, **claim))
    return token


def give_back(connection: Connection, name: str, token: str) -> None:
    """Nothing happens to a lease that ran out and was taken by another."""
    connection.execute(delete(lease).where(lease.c.name == name, lease.c.token == token))


def _refuse_when_held(connection: Connection, name: str) -> None:
    held = connection.execute(select(lease.c.holder, lease.c.until).where(lease.c.name == name)).one_or_none()
    if held:
        until = held.until.isoformat(sep=" ", timespec="seconds")
        raise LeaseTakenError(
            f"`{name}` is being done by {held.holder}, which holds it until {until}",
            then="wait for it to finish; should it have died, the lease runs out by itself at that time",
        )


def _this_process() -> str:
    return f"process {os.getpid()} on {platform.node()}"
