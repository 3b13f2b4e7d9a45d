"""The keys of a `[[source]]` of kind csv."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aftermerge.outside.keys import Keys

__all__ = ["TABLES", "CsvConfig", "ReadAs", "read_config"]

ReadAs = Literal["feedback", "releases", "deployments", "series", "units", "events"]

TABLES: tuple[ReadAs, ...] = ("series", "units", "events")
_READ_AS: tuple[ReadAs, ...] = ("feedback", "releases", "deployments", *TABLES)
_FILE_NAME = re.compile(r"^[^/\\\0]+$")


@dataclass(frozen=True, slots=True)
class CsvConfig:
    """`path` is relative to the workspace. `columns` maps our names to theirs; `only` keeps rows with these values.

    In a table, the columns `required` are never blank, and the columns `times` hold times whatever they look like.
    """

    path: str
    read_as: ReadAs
    columns: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    time_format: str | None = None
    delimiter: str | None = None


def read_config(given: Mapping[str, object], source: str) -> CsvConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value is of the wrong kind.
    """
    keys = Keys(source, given)
    keys.refuse_unknown(
        "kind", "name", "path", "as", "columns", "only", "required", "times", "time_format", "delimiter"
    )
    path = keys.text("path")
    if path is None:
        raise keys.wrong("path", f"source `{source}` names no file", "set `path` to a CSV, JSONL or Parquet file")
    if not _FILE_NAME.match(source) or source in (".", ".."):
        raise keys.wrong("name", f"`{source}` can't be a file's name", "give the source a `name` without slashes")
    config = CsvConfig(
        path=path,
        read_as=keys.one_of("as", _READ_AS),
        columns=_columns(keys),
        only=_only(keys),
        required=keys.texts("required"),
        times=keys.texts("times"),
        time_format=keys.text("time_format"),
        delimiter=keys.text("delimiter"),
    )
    _fit_together(keys, config)
    return config


def _fit_together(keys: Keys, config: CsvConfig) -> None:
    is_table = config.read_as in TABLES
    if is_table and config.columns:
        what = f"a table of {config.read_as} keeps its columns' names"
        raise keys.wrong("columns", what, "leave `columns` out and name the columns under [[usage…]]")
    for key, columns in (("required", config.required), ("times", config.times)):
        if columns and not is_table:
            raise keys.wrong(key, f"`{key}` is for series, units and events", "leave it out")
    if config.delimiter is not None and (len(config.delimiter) != 1 or config.delimiter in '"\r\n'):
        raise keys.wrong("delimiter", "`delimiter` is not a single character", 'write "," or ";" or "\\t"')


def _columns(keys: Keys) -> Mapping[str, str]:
    columns = {}
    for name, column in keys.table("columns").items():
        if not isinstance(column, str):
            what = f"`columns.{name}` of source `{keys.source}` is not a text"
            raise keys.wrong("columns", what, f'write `{name} = "Their column"`')
        columns[name] = column
    return columns


def _only(keys: Keys) -> Mapping[str, tuple[str, ...]]:
    return {column: _values(value) for column, value in keys.table("only").items()}


def _values(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in items)
