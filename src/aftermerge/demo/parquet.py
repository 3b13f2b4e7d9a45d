"""The tables that Harbor's simulation leaves behind, as Parquet."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.demo.series import DailySeries
from aftermerge.demo.usage import World
from aftermerge.errors import WorkspaceError

Columns = dict[str, NDArray[Any]]
Words = dict[str, list[str]]

_EVENTS = """
SELECT
  'user-' || lpad("user"::VARCHAR, 5, '0') AS user_id,
  'harbour-' || lpad(account::VARCHAR, 3, '0') AS account_id,
  ts,
  $names[event + 1] AS event,
  CASE WHEN trial >= 0 THEN $flags[trial + 1] END AS flag,
  CASE WHEN trial >= 0 THEN $variants[variant + 1] END AS variant,
  CASE WHEN NOT isnan(amount) THEN amount END AS amount
FROM rows
"""
_SERIES = "SELECT day::DATE AS day, $names[row + 1] AS metric, value FROM rows"


def write_events(path: Path, world: World) -> None:
    """Write the events, oldest first; times are naive UTC.

    Raises:
        WorkspaceError: the file can't be written.
    """
    events = world.events
    order = np.lexsort((events.event, events.user, events.t))
    start = np.datetime64(events.start.replace(tzinfo=None), "us")
    columns = {
        "user": events.user[order],
        "account": world.people.account[events.user[order]],
        "ts": start + (events.t[order] * 86_400e6).astype("timedelta64[us]"),
        "event": events.event[order],
        "trial": events.trial[order],
        "variant": events.trial[order] * 2 + events.treated[order],
        "amount": events.amount[order],
    }
    _write(path, _EVENTS, columns, _words(world))


def _words(world: World) -> Words:
    flags = [trial.experiment for trial in world.trials]
    return {
        "names": list(world.events.names),
        "flags": [flag.flag for flag in flags],
        "variants": [variant for flag in flags for variant in (flag.control, flag.treatment)],
    }


def write_series(path: Path, series: DailySeries) -> None:
    """Write the daily counts, a row a day and metric, days in order.

    Raises:
        WorkspaceError: the file can't be written.
    """
    days, rows = series.values.shape
    columns = {
        "day": np.datetime64(series.first_day, "s") + np.repeat(np.arange(days), rows).astype("timedelta64[D]"),
        "row": np.tile(np.arange(rows), days),
        "value": series.values.ravel(),
    }
    _write(path, _SERIES, columns, {"names": list(series.rows)})


def _write(path: Path, query: str, columns: Columns, words: Words) -> None:
    import duckdb

    try:
        with duckdb.connect(config={"threads": 1}) as con:
            con.register("rows", columns)
            con.sql(query, params=words).write_parquet(str(path), compression="snappy")
    except duckdb.IOException as error:
        raise WorkspaceError(f"`{path}` can't be written: {error}", then="name a folder that you may write") from error
