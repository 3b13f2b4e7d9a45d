"""A throw-away PostgreSQL, and a schema of its own in it for each test.

`AFTERMERGE_TEST_POSTGRES_URL` names a server that is there already; else one is started from the programs found.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from support.wanting import without

GIVEN = "AFTERMERGE_TEST_POSTGRES_URL"


@contextmanager
def postgres_server() -> Iterator[URL]:
    """The URL of a database to make schemas in. Without PostgreSQL the test is skipped, but in CI it fails."""
    given = os.environ.get(GIVEN)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    programs = _programs()
    if programs is None:
        without(f"no PostgreSQL here: put initdb and pg_ctl on the PATH, or give {GIVEN}")
    with _cluster(programs) as socket_folder:
        yield URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(socket_folder)})


@contextmanager
def postgres_schema(server: URL) -> Iterator[URL]:
    """The URL of an empty schema, dropped at the end."""
    name = f"t{uuid4().hex}"
    _run(server, f"CREATE SCHEMA {name}")
    try:
        yield server.update_query_dict({"options": f"-csearch_path={name}"})
    finally:
        _run(server, f"DROP SCHEMA {name} CASCADE")


def _run(server: URL, statement: str) -> None:
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _programs() -> Path | None:
    """The folder of initdb and pg_ctl: from the PATH, else the newest where Debian puts them."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("pg_ctl"):
        return Path(on_path).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    return installed[-1].parent if installed else None


@contextmanager
def _cluster(programs: Path) -> Iterator[Path]:
    """A running server that listens on a socket in the folder given back, and nowhere else."""
    folder = Path(tempfile.mkdtemp(prefix="aftermerge-pg-", dir="/tmp"))  # a socket's path must be short
    user = _plain_user()
    if user:
        shutil.chown(folder, user)
    data = folder / "data"
    settings = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=50"
    try:
        _as(user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        _as(user, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", settings, "start")
        try:
            yield folder
        finally:
            _as(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _plain_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _as(user: str | None, *command: str | Path) -> None:
    asked = [_runuser(), "-u", user, "--", *map(str, command)] if user else list(map(str, command))
    # pg_ctl's server keeps what it is given open, so it gets no pipe.
    subprocess.run(asked, check=True, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def _runuser() -> str:
    """It stands where not every PATH looks."""
    return shutil.which("runuser", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") or "runuser"
