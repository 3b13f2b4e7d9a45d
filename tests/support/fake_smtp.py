"""A mail server on this machine that speaks SMTP, with the moods that mail servers have."""

import asyncio
import email
import socket
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

__all__ = ["FakeSmtp", "Mail"]


@dataclass(frozen=True, slots=True)
class Mail:
    """What was taken: its envelope, and the mail as it is read."""

    sender: str
    to: str
    message: EmailMessage
    raw: bytes

    def part(self, kind: str) -> str:
        """The text of its plain or its HTML part."""
        body = self.message.get_body((kind,))
        return str(body.get_content()).replace("\r\n", "\n") if body else ""


@dataclass
class FakeSmtp:
    """`answers` are to RCPT, by address; `after_data` once a mail was told, of which `told` counts all.

    Having taken a mail it hangs up where it `breaks`, and says nothing where it `hangs`. It `sulks` when it hangs up
    with the first command after a mail, which it may announce: `says_so`. `sender_refused` answers MAIL FROM.
    """

    user: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None
    from_the_start: bool = False
    mails: list[Mail] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    after_data: str | None = None
    sender_refused: str | None = None
    breaks: bool = False
    hangs: bool = False
    sulks: bool = False
    says_so: bool = False
    told: int = 0
    connections: int = 0

    def __enter__(self) -> Self:
        given: dict[str, Any] = {"ssl_context": self.tls} if self.from_the_start else {"tls_context": self.tls}
        if self.tls is not None and not self.from_the_start:
            given["require_starttls"] = True
        if self.user is not None:
            given |= {"authenticator": self._authenticate, "auth_require_tls": False}
        self._controller = Controller(_Handler(self), hostname="127.0.0.1", port=_free_port(), **given)
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._controller.port}"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, way: str, given: Any) -> AuthResult:
        pair = (given.login.decode(), given.password.decode()) if isinstance(given, LoginPassword) else None
        return AuthResult(success=pair == (self.user, self.password), handled=False)


@dataclass
class _Handler:
    fake: FakeSmtp

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.fake.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.fake.sulks and self.fake.told:
            self.fake.sulks = False
            if self.fake.says_so:
                return "421 4.4.2 idle for too long"
            _hang_up(server)
        if self.fake.user is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.fake.sender_refused:
            return self.fake.sender_refused
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.fake.answers.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.fake.told += 1
        if self.fake.after_data:
            return self.fake.after_data
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = email.message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        for to in envelope.rcpt_tos:
            self.fake.mails.append(Mail(envelope.mail_from or "", to, message, raw))
        if self.fake.breaks:
            _hang_up(server)
        if self.fake.hangs:
            await asyncio.sleep(60)
        return "250 taken"


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
