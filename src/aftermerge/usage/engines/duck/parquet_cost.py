"""What a query would read of Parquet files, by what they say about themselves."""

from collections.abc import Sequence

from sqlglot import exp

from aftermerge.usage import sql
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.duck.engine import Duck
from aftermerge.usage.engines.duck.files import listed


def parquet_cost(duck: Duck, files: Sequence[str], statement: exp.Select) -> str:
    """Files, rows, and bytes of the columns that the statement names; empty where there are no files.

    Raises:
        DataError: they can't be read.
    """
    if not files:
        return ""
    names = sorted({column.name for column in statement.find_all(exp.Column)})
    of_columns = sql.one_of(sql.col("path_in_schema"), list(map(sql.text, names)))
    bytes_read = _of(files, "PARQUET_METADATA", sql.total(sql.col("total_compressed_size"))).where(of_columns)
    rows = _of(files, "PARQUET_FILE_METADATA", sql.total(sql.col("num_rows")))
    rows_read, megabytes = (duck.rows(write(select)).sums("found")[0] for select in (rows, bytes_read))
    counted = f"{len(files):,} file{'s' if len(files) > 1 else ''}"
    return f"reads {counted}: {int(rows_read):,} rows, {megabytes / 1e6:,.1f} MB in the columns that it names"


def _of(files: Sequence[str], function: str, found: exp.Expr) -> exp.Select:
    return exp.select(sql.named(found, "found")).from_(exp.Anonymous(this=function, expressions=[listed(files)]))
