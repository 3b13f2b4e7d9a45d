"""Mail addresses that can stand in an envelope and a header."""

import re

__all__ = ["spelt"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9-]{1,63}"
_LENGTHS = r"(?=.{3,254}$)(?=[^@]{1,64}@)"
_ADDRESS = re.compile(rf"{_LENGTHS}{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")


def spelt(given: str | None) -> str | None:
    """The one address that is given, as mail spells it; None where it is none."""
    local, at, domain = (given or "").strip().rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return address if _ADDRESS.fullmatch(address) else None
