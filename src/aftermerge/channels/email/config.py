"""Who writes mail, and the server that takes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Literal

from aftermerge.channels.email.address import spelt
from aftermerge.outside.http import Token
from aftermerge.outside.keys import Keys

__all__ = ["KEYS", "PASSWORD", "MailConfig", "Security", "read_config"]

Security = Literal["starttls", "tls", "none"]

KEYS = ("sender", "smtp", "smtp_user", "security")
PASSWORD = "AFTERMERGE_SMTP_PASSWORD"  # noqa: S105
_SECURITY: tuple[Security, ...] = ("starttls", "tls", "none")
_PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
_SERVER = re.compile(r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class MailConfig:
    """`name` and `address` are the sender's. Without a `user` nobody logs in."""

    name: str
    address: str
    host: str
    port: int
    security: Security
    user: str | None
    password: Token

    @property
    def server(self) -> str:
        return f"{self.host}:{self.port}"


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> MailConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value can't be used.
    """
    keys = Keys(source, given)
    keys.refuse_unknown(*KEYS)
    security = keys.one_of("security", _SECURITY, "starttls")
    name, address = _sender(keys)
    host, port = _server(keys, security)
    user = keys.text("smtp_user")
    password = Token(PASSWORD, environ.get(PASSWORD) or None, "password", "smtp_user")
    if user is not None and password.value is None:
        what = f"`smtp_user` of `{source}` logs in at {host}, and {PASSWORD} is not set"
        raise keys.wrong("smtp_user", what, f"set {PASSWORD} to their password")
    return MailConfig(name, address, host, port, security, user, password)


def _sender(keys: Keys) -> tuple[str, str]:
    given = keys.text("sender") or ""
    name, address = parseaddr(given)
    known = spelt(address)
    if known is None or not given.isprintable():
        raise keys.wrong("sender", f"`sender` of `{keys.source}` is no sender", 'write "Harbor <help@harbor.example>"')
    return name, known


def _server(keys: Keys, security: Security) -> tuple[str, int]:
    found = _SERVER.fullmatch(keys.text("smtp") or "")
    port = int(found["port"] or _PORTS[security]) if found else 0
    if found is None or not 0 < port < 65_536:
        raise keys.wrong("smtp", f"`smtp` of `{keys.source}` is no mail server", 'write "smtp.example:587"')
    host = found["host"].strip("[]")
    if security == "none" and not _is_loopback(host):
        what = f"`security` of `{keys.source}` can't be `none`: {host} is not this machine"
        raise keys.wrong("security", what, "write starttls or tls, so that nobody on the way reads the mails")
    return host, port


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
