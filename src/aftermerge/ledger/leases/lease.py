"""A name that one job holds. It is renewed while the job lives, and runs out by itself should the host die."""

from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from aftermerge.errors import LeaseTakenError
from aftermerge.ledger.leases.holder import Holder, this_process
from aftermerge.ledger.tables.upkeep import lease


def take(connection: Connection, name: str, now: datetime, until: datetime) -> str:
    """The token with which the lease is renewed and given back.

    Raises:
        LeaseTakenError: another job holds it, its time has not run out, and it is not known to be dead.
    """
    _refuse_when_held(connection, name, now)
    token = uuid4().hex
    connection.execute(delete(lease).where(lease.c.name == name))
    connection.execute(insert(lease).values(name=name, token=token, until=until, **asdict(this_process())))
    return token


def renew(connection: Connection, name: str, token: str, until: datetime) -> None:
    """Nothing happens to a lease that ran out and was taken by another."""
    connection.execute(update(lease).where(lease.c.name == name, lease.c.token == token).values(until=until))


def give_back(connection: Connection, name: str, token: str) -> None:
    """Nothing happens to a lease that ran out and was taken by another."""
    connection.execute(delete(lease).where(lease.c.name == name, lease.c.token == token))


def _refuse_when_held(connection: Connection, name: str, now: datetime) -> None:
    held = connection.execute(select(lease).where(lease.c.name == name)).one_or_none()
    if held is None or held.until <= now:
        return
    holder = Holder(held.host, held.pid, held.started)
    if not holder.is_gone():
        until = held.until.isoformat(sep=" ", timespec="seconds")
        raise LeaseTakenError(
            f"`{name}` is being done by {holder}, which holds it until {until} or longer",
            then="wait for it to finish; should it have died, the lease runs out by itself at that time",
        )
