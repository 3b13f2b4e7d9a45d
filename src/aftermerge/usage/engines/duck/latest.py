"""When the last event was, without a look at every file: Parquet files tell their reach themselves."""

from collections.abc import Sequence

import duckdb
from sqlglot import exp

from aftermerge.usage import sql
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.duck.files import listed


def of_latest_rows(
    connection: duckdb.DuckDBPyConnection, files: Sequence[str], select: exp.Select, time: exp.Column
) -> exp.Select:
    """A query for the latest time, over those rows only that are as late as any file says of its own.

    Its answer is null where a file says too much. A row group that says nothing is read.
    """
    metadata = exp.Anonymous(this="PARQUET_METADATA", expressions=[listed(files)])
    said = sql.largest(sql.try_cast(sql.col("stats_max_value"), "TIMESTAMP"))
    own = exp.EQ(this=exp.Lower(this=sql.col("path_in_schema")), expression=sql.text(time.name.lower()))
    found = connection.execute(write(exp.select(said).from_(metadata).where(own))).fetchone()
    if not found or found[0] is None:
        return select
    return select.where(sql.at_least(time, sql.cast(sql.text(str(found[0])), "TIMESTAMP")))
