"""Mail addresses that can stand in an envelope and a header."""

import re

__all__ = ["spelt"]

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(
    rf"(?=.{{3,254}}$)(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]{{1,63}}(\.[A-Za-z0-9-]{{1,63}})*"
)


def spelt(given: str | None) -> str | None:
    """The one address that is given, as mail spells it; None where it is none."""
    local, at, domain = (given or "").strip().rpartition("@")
    try:
        address = f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return address if _ADDRESS.fullmatch(address) else None
