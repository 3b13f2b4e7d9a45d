"""`engine = …`: `duckdb`, or the address of one of the team's own engines, without its secret."""

import re
from pathlib import PurePosixPath

from aftermerge.errors import nearest
from aftermerge.outside.engine_address import ASKED, WRITTEN_ONLY, holds_secret
from aftermerge.settings.document import refuse
from aftermerge.settings.table_files import DUCKDB

_EXAMPLE = 'as in `engine = "postgresql://reader:${WAREHOUSE_PASSWORD}@host/database"`'
_PLAIN = re.compile(r"[^\W\d]\w*")
_FILES = (".parquet", ".csv", ".tsv", ".jsonl", ".ndjson")


def known_engine(engine: str) -> str:
    """The address, if it can be one.

    Raises:
        PydanticCustomError: no such engine is asked, or a secret stands in the address itself.
    """
    if engine == DUCKDB:
        return engine
    scheme, is_address, rest = engine.partition("://")
    if scheme in WRITTEN_ONLY:
        then = f"`aftermerge measure explain BET --dialect {scheme}` shows the SQL, over tables that can be asked"
        raise refuse(f"queries for {scheme} are written, and never run here", then=then)
    if scheme not in ASKED:
        raise refuse(f"there is no engine `{scheme}`", then=nearest(scheme, [DUCKDB, *ASKED]))
    if not is_address or not rest:
        raise refuse(f"`{scheme}` alone does not say where the engine is", then=f"write its address, {_EXAMPLE}")
    if holds_secret(engine):
        then = f"write `${{NAME}}` in its place and set NAME in the environment, {_EXAMPLE}"
        raise refuse("a secret stands in the address of the engine, and this file is read by many", then=then)
    return engine


def table_of(table: str, engine: str) -> str:
    """What a table is called in an engine: elsewhere than in files, what a path's last part is without its suffix.

    So a workspace moves when its engine does: `data/events.parquet` is the table `events`, and so is
    `data/events/*.parquet`.
    """
    path = PurePosixPath(table.removesuffix(".gz"))
    if engine == DUCKDB or path.suffix.lower() not in _FILES:
        return table
    name = path.parent.name if any(sign in path.name for sign in "*?[") else path.stem
    return name if _PLAIN.fullmatch(name) else '"{}"'.format(name.replace('"', '""'))
