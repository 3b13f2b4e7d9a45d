"""Ledgers to try things on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

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
