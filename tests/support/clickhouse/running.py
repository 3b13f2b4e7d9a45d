"""A ClickHouse to talk to, and tables in it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import duckdb
import httpx

from support.clickhouse.types import clickhouse_type
from support.wanting import without

USER, PASSWORD = "reader", "open sesame?/&"
TESTS = Path(__file__).parents[2]


@contextmanager
def clickhouse(folder: Path) -> Iterator["ClickHouse"]:
    """A server for one test, over an empty database; ended afterwards."""
    if find_spec("chdb") is None:
        without("chdb is not installed: it is in the group `engines`")
    command = [sys.executable, "-m", "support.clickhouse.server", str(folder)]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield ClickHouse(int(process.stdout.readline()), process)
        finally:
            process.kill()


class ClickHouse:
    """A server that is up."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self.port = port
        self.process = process

    @property
    def address(self) -> str:
        """As aftermerge.toml has it."""
        return f"clickhouse://{USER}:${{CLICKHOUSE_PASSWORD}}@127.0.0.1:{self.port}/default"

    @property
    def environ(self) -> Mapping[str, str]:
        return {"CLICKHOUSE_PASSWORD": PASSWORD}

    @property
    def filled_address(self) -> str:
        return self.address.replace("${CLICKHOUSE_PASSWORD}", quote(PASSWORD, safe=""))

    def run(self, statement: str) -> str:
        """A statement of whoever owns the tables."""
        headers = {"X-ClickHouse-User": USER, "X-ClickHouse-Key": PASSWORD}
        answer = httpx.post(f"http://127.0.0.1:{self.port}/", headers=headers, content=statement.encode(), timeout=60)
        assert answer.status_code == httpx.codes.OK, answer.text
        return answer.text

    def load(self, name: str, path: Path) -> str:
        """The rows of a Parquet file as a table of that name."""
        with duckdb.connect(":memory:") as connection:
            described = connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()  # noqa: S608 - our own file
        columns = ", ".join(f"{_quoted(column)} {clickhouse_type(column, kind)}" for column, kind, *_ in described)
        self.run(f"CREATE TABLE {_quoted(name)} ({columns}) ENGINE = MergeTree ORDER BY tuple()")
        names = ", ".join(_quoted(column) for column, *_ in described)
        self.run(f"INSERT INTO {_quoted(name)} SELECT {names} FROM file('{path}', Parquet)")  # noqa: S608 - likewise
        return name


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "\\`") + "`"
