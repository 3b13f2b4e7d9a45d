"""Events that were taken already, by their id: the first one stays."""

# ruff: noqa: S608 - names and texts are quoted by `names`

from collections.abc import Sequence
from pathlib import Path

from aftermerge.usage.store.names import FILE, ROW, identifier, parquet
from aftermerge.usage.store.writer import Writer


def drop(writer: Writer, fresh: str, event_id: str, kept: Sequence[Path]) -> int:
    """Delete from the table `fresh` what stands in it twice, or in the files of the same days; how many rows.

    Only ids whose hash is seen twice are compared themselves: hashes take little room. An event without an id is no
    one's twin.
    """
    name = identifier(event_id)
    hashes = f"SELECT hash({name}) AS h FROM {fresh} WHERE {name} IS NOT NULL"
    known = f"SELECT {name} AS id FROM {parquet(kept)} WHERE {name} IS NOT NULL" if kept else None
    both = f"{hashes} UNION ALL SELECT hash(id) FROM ({known})" if known else hashes
    writer.run("DROP TABLE IF EXISTS twins")
    writer.run(f"CREATE TEMP TABLE twins AS SELECT h FROM ({both}) GROUP BY h HAVING count(*) > 1")
    rank = f"row_number() OVER (PARTITION BY {name} ORDER BY {FILE}, {ROW})"
    doubtful = f"SELECT rowid AS r, {name} AS id, {rank} AS place FROM {fresh} WHERE hash({name}) IN (FROM twins)"
    is_kept = f" OR id IN (SELECT id FROM ({known}) WHERE hash(id) IN (FROM twins))" if known else ""
    twins = f"SELECT r FROM ({doubtful}) WHERE place > 1{is_kept}"
    return int(writer.one(f"DELETE FROM {fresh} WHERE rowid IN ({twins})")[0])
