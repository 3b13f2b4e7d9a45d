"""What the server said, in a line, and what to do about it. No password is ever repeated."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import errors

from aftermerge.errors import DataError, OutsideError


def unreachable(error: psycopg.Error, given: Mapping[str, Any]) -> DataError | OutsideError:
    """Nobody lets us in; `given` is what the address says."""
    said = _without(_last_line(error), given)
    where = f"{given.get('host', 'the local socket')}, database `{given.get('dbname', given.get('user', ''))}`"
    if "authentication failed" in said or "no password supplied" in said:
        then = "set the right password in the environment variable that `engine` in aftermerge.toml names"
        return DataError(f"PostgreSQL at {where} refused the password: {said}", then=then)
    if "does not exist" in said:
        return DataError(f"PostgreSQL at {where}: {said}", then="correct `engine` in aftermerge.toml")
    then = "see that the server is up and may be reached from here, or correct `engine` in aftermerge.toml"
    return OutsideError(f"PostgreSQL at {where} can't be reached: {said}", then=then)


def refused(error: psycopg.Error) -> DataError | OutsideError:
    """A query was refused, or did not end."""
    if isinstance(error, (errors.AdminShutdown, errors.CrashShutdown)):
        return OutsideError("PostgreSQL ended the query half way", then="run it again, or ask who stops long queries")
    if isinstance(error, errors.QueryCanceled):
        then = "give the role a longer `statement_timeout`, or the table an index on its time"
        return OutsideError(f"PostgreSQL stopped the query: {_said(error)}", then=then)
    if isinstance(error, errors.InsufficientPrivilege):
        return DataError(f"PostgreSQL refused: {_said(error)}", then="let the role read it: `GRANT SELECT ON … TO …`")
    if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
        then = "see that the server is up, and run it again"
        return OutsideError(f"the connection to PostgreSQL broke: {_last_line(error)}", then=then)
    return DataError(f"PostgreSQL refused: {_said(error)}")


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or _last_line(error)


def _last_line(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if "FATAL" in line or "failed" in line), lines[-1] if lines else "")
    return told.rpartition("FATAL:")[2].strip()


def _without(said: str, given: Mapping[str, Any]) -> str:
    for name in ("password", "sslpassword", "passfile"):
        if given.get(name):
            said = said.replace(str(given[name]), "…")
    return said
