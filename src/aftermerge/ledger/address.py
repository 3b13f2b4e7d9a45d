"""Where a ledger stands: a file, or a PostgreSQL database by URL. What may hold a password is never repeated."""

import re
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from aftermerge.errors import LedgerError

ESCAPES = "in a password write `@`, `/`, `:` and `?` as %40, %2F, %3A and %3F"
_ADVICE = "give a path, or a URL such as `postgresql://user@host/database`"
_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
_SECRETS = ("password", "passfile", "sslpassword")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_NO_PATH = re.compile(r"^\w[\w+.-]*:|:.*@|password\s*=", re.IGNORECASE | re.DOTALL)


def ledger_url(url_or_path: str | Path) -> URL:
    """The URL of a ledger.

    Raises:
        LedgerError: it is no URL and no plausible path, or names a database that is neither SQLite nor PostgreSQL.
    """
    if isinstance(url_or_path, Path):
        return _file(url_or_path)
    scheme, is_url, _ = url_or_path.partition("://")
    if not is_url:
        return _file(_plausible(url_or_path))
    if scheme not in (*_POSTGRES, "sqlite"):
        raise _refusal(scheme)
    url = _parsed(url_or_path)
    if scheme in _POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    if url.database in (None, "", ":memory:"):
        raise _refusal(scheme)
    return _file(Path(str(url.database)))


def without_password(url: URL) -> str:
    """A URL that may be shown: its driver alone where a part of the password may stand elsewhere in it."""
    if is_doubtful(url):
        return f"{url.drivername}://…"
    return url._replace(password=None).difference_update_query(_SECRETS).render_as_string()


def is_doubtful(url: URL) -> bool:
    """Whether an unescaped `@` or `/` may have put the password's end into the host, the database or the query."""
    return file_of(url) is None and "@" in f"{url.host}{url.database}{dict(url.query)}"


def shown(address: str) -> str:
    """Any address, a table's too, as it may be shown: without password and query. A path stays as it is."""
    scheme, is_url, rest = address.partition("://")
    if not is_url:
        return address
    if "@" not in rest:
        return address.partition("?")[0]
    try:
        return without_password(make_url(address).set(query={}))
    except (ArgumentError, ValueError):
        return f"{scheme}://…"


def file_of(url: URL) -> Path | None:
    """The file of an SQLite ledger; None for PostgreSQL."""
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.expanduser().absolute()))


def _plausible(text: str) -> Path:
    if _NO_PATH.search(_DRIVE.sub("", text, count=1) if _DRIVE.match(text) else text):
        raise LedgerError("the ledger's address is neither a path nor a URL; it is not repeated here", then=_ADVICE)
    return Path(text)


def _refusal(scheme: str) -> LedgerError:
    where = f"at `{scheme}://`" if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme) else "there"
    return LedgerError(f"a ledger can't be kept {where}", then=_ADVICE)


def _parsed(text: str) -> URL:
    then = f"{_ADVICE}; {ESCAPES}"
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        # The text may hold a password, so it is not repeated.
        raise LedgerError("the ledger's URL can't be read", then=then) from error
    if text.count("@") > url.render_as_string(hide_password=False).replace("%40", "@").count("@"):
        raise LedgerError("the ledger's URL can't be read: an `@` stands behind its `?`", then=then)
    return url
