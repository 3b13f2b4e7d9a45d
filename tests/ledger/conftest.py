"""Ledgers to try things on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from aftermerge.ledger import open_ledger
from aftermerge.ports import Ledger
from support.memory_ledger import MemoryLedger
from support.postgres import postgres_schema, postgres_server


@pytest.fixture(scope="session")
def server() -> Iterator[URL]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres(server: URL) -> Iterator[str]:
    """The URL of an empty PostgreSQL schema."""
    with postgres_schema(server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a ledger can be made, on either database."""
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return str(request.getfixturevalue("postgres"))


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def any_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger of each kind."""
    if request.param == "memory":
        yield MemoryLedger()
        return
    where = tmp_path / "ledger.db" if request.param == "sqlite" else request.getfixturevalue("postgres")
    with open_ledger(where) as opened:
        yield opened


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new SQLite ledger to copy."""
    path = tmp_path_factory.mktemp("fresh") / "ledger.db"
    open_ledger(path).close()
    return path
