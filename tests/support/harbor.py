"""Harbor, built for tests: the workspace, and ways to look into it."""

import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from aftermerge import demo

TODAY = date(2026, 6, 14)
SEED = 7

_TABLES = {
    "events": "FROM read_parquet('{data}/events.parquet')",
    "daily": "FROM read_parquet('{data}/daily.parquet')",
    "tickets": (
        "SELECT * REPLACE (created_at::TIMESTAMP AS created_at, replied_at::TIMESTAMP AS replied_at) "
        "FROM read_csv('{data}/support.csv')"
    ),
}


@dataclass(frozen=True)
class Harbor:
    """A workspace that was built once, and what was planted in it."""

    root: Path
    truth: demo.Truth

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", "-C", str(self.root), *words], capture_output=True, check=True)
        return done.stdout.decode()

    def sql(self, query: str, *params: object) -> list[tuple[Any, ...]]:
        """Rows of a query in which `events`, `daily` and `tickets` are Harbor's data, times in UTC."""
        with duckdb.connect(config={"threads": 1}) as con:
            con.sql("SET TimeZone = 'UTC'")
            for name, table in _TABLES.items():
                con.sql(f"CREATE VIEW {name} AS {table.format(data=self.root / 'data')}")
            rows: list[tuple[Any, ...]] = con.execute(query, params).fetchall()
            return rows
