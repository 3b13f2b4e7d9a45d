"""ClickHouse, over its HTTP interface: one request a query, read-only, in UTC, the answer as JSON columns."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from json import JSONDecodeError, loads
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from numpy.typing import NDArray
from sqlglot import exp

from aftermerge.errors import DataError, OutsideError
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.clickhouse.types import column, duckdb_type
from aftermerge.usage.engines.in_steps import View

DIALECT = "clickhouse"
_FORMAT = "JSONColumnsWithMetadata"
_PORTS = {False: 8123, True: 8443}
_TIMEOUT = httpx.Timeout(1800.0, connect=10.0)
"""Seconds; a query is given half an hour."""
_ERROR = re.compile(r"Code: (\d+)\. DB::Exception: (.+)")
_VERSION = re.compile(r"\s*\(version [^)]*\)\s*$")
_TOO_MANY_ROWS = "396"
_CAN_NOT_KEEP = frozenset(("164", "241", "452", "497"))
"""Codes of errors after which the query may do without what it keeps: read-only, memory, constraint, access."""
_KEEPS = "enable_materialized_cte"
"""A setting of servers that can keep the rows of a step."""
_NO_MORE: Mapping[str, str] = MappingProxyType({})
_MOST_COLUMNS = 100_000
_MOST_TABLES = 10_000
_SETTINGS: Mapping[str, str] = {
    "readonly": "2",
    "session_timezone": "UTC",
    "join_use_nulls": "1",
    "aggregate_functions_null_for_empty": "1",
    "prefer_column_name_to_alias": "1",
    "enable_positional_arguments": "1",
    "optimize_arithmetic_operations_in_aggregate_functions": "0",
    "result_overflow_mode": "throw",
    "max_query_size": "16777216",
    "max_ast_elements": "1000000",
    "max_expanded_ast_elements": "10000000",
    "wait_end_of_query": "1",
    "output_format_json_quote_denormals": "1",
    "output_format_json_quote_64bit_integers": "0",
    "date_time_output_format": "simple",
    "default_format": _FORMAT,
}
"""No constant is taken out of a sum, nothing cut short passes for an answer, and many metrics make a long query."""
_THEN: Mapping[str, str] = {
    "164": "let the user's profile say `readonly = 2`: it may then choose how it reads, and write nothing",
    "192": "check the user, and the variable that holds the password",
    "193": "check the user, and the variable that holds the password",
    "194": "check the user, and the variable that holds the password",
    "516": "check the user, and the variable that holds the password",
    "60": "name the table as `database.table` in aftermerge.toml",
    "81": "name the table as `database.table` in aftermerge.toml",
    "497": "let the user select from the tables that aftermerge.toml names",
}
"""What to do next, by ClickHouse's own code of an error."""


def connect(address: str) -> "ClickHouseClient":
    """A client of `clickhouse://user:password@host:8123/database`; TLS by `clickhouses://` or `?secure=1`.

    Raises:
        DataError: the address names no host, or no number as its port.
    """
    parts = urlsplit(address)
    is_secure = parts.scheme == "clickhouses" or parse_qs(parts.query).get("secure") == ["1"]
    try:
        port = parts.port or _PORTS[is_secure]
    except ValueError as error:
        raise DataError("the port of ClickHouse is no number", then="write `clickhouse://host:8123/db`") from error
    if not parts.hostname:
        raise DataError("the address of ClickHouse names no host", then="write `clickhouse://host:8123/database`")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    given = {"User": parts.username or "default", "Key": parts.password, "Database": parts.path.strip("/") or None}
    told = {f"X-ClickHouse-{name}": unquote(value) for name, value in given.items() if value is not None}
    if not all(value.isprintable() for value in told.values()):
        then = "take line breaks and the like out of the variables that `engine` names"
        raise DataError("user, password or database of ClickHouse hold letters that can't be sent", then=then)
    headers = {name.encode(): value.encode() for name, value in told.items()}
    base = f"http{'s' if is_secure else ''}://{host}:{port}/"
    http = httpx.Client(base_url=base, headers=headers, timeout=_TIMEOUT, trust_env=False)
    return ClickHouseClient(http, f"{parts.hostname}:{port}")


@dataclass(frozen=True, slots=True, eq=False)
class ClickHouseClient:
    """Fits `Client`. What it sends in headers stands in no address, and so in no log of requests."""

    http: httpx.Client = field(repr=False)
    host: str
    known: dict[str, bool] = field(default_factory=dict)

    @property
    def dialect(self) -> str:
        return DIALECT

    def types(self, table: str) -> Mapping[str, str]:
        """The columns of a table or view, by DuckDB's names of types.

        Raises:
            DataError: there is no such table, or it may not be read.
        """
        named = exp.to_table(table, dialect="postgres")
        for part in named.parts:
            part.set("quoted", True)
        rows = self._columns(f"DESCRIBE TABLE {named.sql(dialect=DIALECT)}", _MOST_COLUMNS)
        kinds = zip(rows["name"].tolist(), rows["type"].tolist(), rows["default_type"].tolist(), strict=True)
        return {name: duckdb_type(kind) for name, kind, default in kinds if default != "EPHEMERAL"}

    def fetch(self, text: str, most: int) -> Mapping[str, NDArray[Any]]:
        """The columns of an answer.

        Raises:
            DataError: ClickHouse refused it, can't be reached, or the answer has more than `most` rows.
        """
        return self._columns(text, most)

    def fetch_in_steps(self, views: Sequence[View], last: exp.Select, most: int) -> Mapping[str, NDArray[Any]]:
        """As `fetch`. What is read more than once is worked out once, where the server can and has the memory for it.

        Raises:
            DataError: ClickHouse refused it, can't be reached, or the answer has more than `most` rows.
        """
        with suppress(_CanNotKeepError):
            if self._knows(_KEEPS):
                return self._columns(_with(views, last, keep=True), most, {_KEEPS: "1"})
        return self._columns(_with(views, last, keep=False), most)

    def cost(self, text: str) -> str:
        """What the query would read of each table, by the index; tables of other engines than MergeTree are not told.

        Raises:
            DataError: ClickHouse refused it, or can't be reached.
        """
        rows = self._columns(f"EXPLAIN ESTIMATE {text}", _MOST_TABLES)
        if not rows or not len(rows["table"]):
            return "ClickHouse can't say what it would read"
        names = ("table", "parts", "rows", "marks")
        told = zip(*(rows[name].tolist() for name in names), strict=True)
        return "; ".join(
            f"{table}: about {int(seen):,} rows in {int(parts):,} parts, {int(marks):,} marks"
            for table, parts, seen, marks in told
        )

    def close(self) -> None:
        self.http.close()

    def _knows(self, setting: str) -> bool:
        """Whether the server has a setting of that name; asked once."""
        if setting not in self.known:
            asked = f"SELECT count() AS found FROM system.settings WHERE name = '{setting}'"  # noqa: S608 - our own name
            self.known[setting] = bool(self._columns(asked, 1)["found"][0])
        return self.known[setting]

    def _columns(self, text: str, most: int, more: Mapping[str, str] = _NO_MORE) -> dict[str, NDArray[Any]]:
        params = {**_SETTINGS, **more, "max_result_rows": str(most)}
        try:
            answer = self.http.post("/", params=params, content=text.encode())
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise OutsideError(f"nobody answers at {self.host}", then="check host and port of `engine`") from error
        except httpx.HTTPError as error:
            what = f"ClickHouse at {self.host} broke off the answer: {type(error).__name__}"
            raise OutsideError(what, then="try again; if it stays so, see the server's log") from error
        if answer.status_code != httpx.codes.OK or "X-ClickHouse-Exception-Code" in answer.headers:
            raise self._refused(answer, most)
        try:
            document = loads(answer.content)
        except (JSONDecodeError, UnicodeDecodeError) as error:
            raise self._refused(answer, most) from error
        found = document["data"]
        return {each["name"]: column(found.get(each["name"], ()), each["type"]) for each in document["meta"]}

    def _refused(self, answer: httpx.Response, most: int) -> DataError:
        """What the server says went wrong: in its code, or in the middle of an answer that had begun well."""
        found = _ERROR.search(answer.text)
        if found is None:
            what = f"ClickHouse at {self.host} did not answer as it should (HTTP {answer.status_code})"
            return DataError(what, then="check that `engine` names the port of ClickHouse's HTTP interface")
        if found[1] == _TOO_MANY_ROWS:
            return DataError(f"the answer has more than {most:,} rows", then="ask for fewer segments or days")
        told = _VERSION.sub("", found[2].splitlines()[0])
        key = self.http.headers.get("X-ClickHouse-Key")
        told = told.replace(key, "…") if key else told
        kind = _CanNotKeepError if found[1] in _CAN_NOT_KEEP else DataError
        return kind(f"ClickHouse says: {told[:300]}", then=_THEN.get(found[1], ""))


class _CanNotKeepError(DataError):
    """The server used up what memory the query may take, or lets the user not choose, or not see what there is."""


def _with(views: Sequence[View], last: exp.Select, *, keep: bool) -> str:
    """The query over its steps, written out: the dialect leaves out what only newer servers know."""
    kept = {True: "MATERIALIZED ", False: ""}
    steps = (f"{view.name} AS {kept[keep and view.is_kept]}({write(view.query, DIALECT)})" for view in views)
    return f"WITH {', '.join(steps)} {write(last, DIALECT)}"
