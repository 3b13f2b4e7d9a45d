"""Where a ledger stands: a file, or a PostgreSQL database by URL."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from aftermerge.errors import LedgerError

_ADVICE = "give a path, or a URL such as `postgresql://user@host/database`"
_SECRETS = ("password", "passfile", "sslpassword")


def ledger_url(url_or_path: str | Path) -> URL:
    """The URL of a ledger.

    Raises:
        LedgerError: it is no URL, or names a database that is neither SQLite nor PostgreSQL.
    """
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return _file(Path(url_or_path))
    url = _parsed(url_or_path)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database not in (None, "", ":memory:"):
        return _file(Path(str(url.database)))
    raise LedgerError(f"a ledger can't be kept at `{without_password(url)}`", then=_ADVICE)


def without_password(url: URL) -> str:
    """A URL that may be shown."""
    return url._replace(password=None).difference_update_query(_SECRETS).render_as_string()


def file_of(url: URL) -> Path | None:
    """The file of an SQLite ledger; None for PostgreSQL."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.expanduser().absolute()))


def _parsed(text: str) -> URL:
    try:
        return make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so it is not repeated.
        raise LedgerError("the ledger's URL can't be read", then=_ADVICE) from error
