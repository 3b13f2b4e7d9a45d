"""Answers to customers by mail."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from aftermerge.channels.delivering import checked
from aftermerge.channels.email.address import spelt
from aftermerge.channels.email.compose import letter_mail
from aftermerge.channels.email.config import MailConfig, read_config
from aftermerge.channels.email.mailer import Mailer
from aftermerge.ports import Correspondence, Delivery, Letter

__all__ = ["TIMEOUT_SECONDS", "Clock", "MailLetters", "connect", "now", "opened"]

Clock = Callable[[], datetime]
TIMEOUT_SECONDS = 60.0
"""A server may look at a mail for long before it says that it has taken it."""


class MailLetters:
    """Fits `ports.Correspondence`."""

    def __init__(self, mailer: Mailer, config: MailConfig, clock: Clock) -> None:
        self._mailer = mailer
        self._config = config
        self._clock = clock

    @property
    def can_look_up(self) -> bool:
        return False

    def send(self, letter: Letter) -> Delivery:
        to = spelt(checked(letter).address)
        if to is None:
            return Delivery("refused", reason="no mail address of theirs is known that can be written to")
        return self._mailer.send(to, letter_mail(letter, to, self._config, self._clock()))

    def find(self, letter: Letter) -> Delivery | None:
        return Delivery("unknown", reason="whether a mail has arrived can't be looked up")


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Correspondence]:
    """Answers by mail, for one job.

    Raises:
        SettingsError: a key is unknown, or the sender or the server can't be used.
    """
    with opened(read_config(config, environ, source), now, ssl.create_default_context()) as letters:
        yield letters


@contextmanager
def opened(
    config: MailConfig, clock: Clock, context: ssl.SSLContext, timeout_seconds: float = TIMEOUT_SECONDS
) -> Iterator[Correspondence]:
    """A connection, made with the first mail."""
    mailer = Mailer(config, context, timeout_seconds)
    try:
        yield MailLetters(mailer, config, clock)
    finally:
        mailer.close()


def now() -> datetime:
    return datetime.now(UTC)
