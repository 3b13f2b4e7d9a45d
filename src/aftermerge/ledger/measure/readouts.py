"""The last run's readouts, kept whole."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select

from aftermerge.ledger.tables.measure import readout, run
from aftermerge.model.readout import Readout

_MEASURE = "measure"


def replace_readouts(connection: Connection, as_of: datetime, readouts: Sequence[Readout]) -> None:
    """These stand in the place of all earlier ones, in this order."""
    connection.execute(delete(run).where(run.c.name == _MEASURE))
    connection.execute(insert(run).values(name=_MEASURE, as_of=as_of))
    connection.execute(delete(readout))
    adapter = TypeAdapter(Readout)
    if readouts:
        rows = [_row(position, row, adapter) for position, row in enumerate(readouts)]
        connection.execute(insert(readout), rows)


def read_readouts(connection: Connection) -> tuple[datetime | None, Sequence[Readout]]:
    """When they were computed (aware, UTC), and the readouts in the order given; None before the first run."""
    as_of = connection.scalar(select(run.c.as_of).where(run.c.name == _MEASURE))
    documents = connection.scalars(select(readout.c.document).order_by(readout.c.position))
    adapter = TypeAdapter(Readout)
    return as_of, [adapter.validate_python(document) for document in documents]


def _row(position: int, row: Readout, adapter: TypeAdapter[Readout]) -> dict[str, Any]:
    plain = dataclasses.replace(row, units=dict(row.units), weights=dict(row.weights))
    return {
        "position": position,
        "subject_kind": row.subject.kind,
        "subject_id": row.subject.id,
        "metric": row.metric,
        "document": adapter.dump_python(plain, mode="json"),
    }
