"""What the team is told by mail."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aftermerge.channels.delivering import checked
from aftermerge.channels.email.address import spelt
from aftermerge.channels.email.compose import bulletin_mail
from aftermerge.channels.email.config import MailConfig, read_config
from aftermerge.channels.email.letters import TIMEOUT_SECONDS, Clock, now
from aftermerge.channels.email.mailer import Mailer
from aftermerge.ports import Bulletin, Delivery, Noticeboard

__all__ = ["MailBulletins", "connect", "opened"]


class MailBulletins:
    """Fits `ports.Noticeboard`."""

    def __init__(self, mailer: Mailer, config: MailConfig, clock: Clock) -> None:
        self._mailer = mailer
        self._config = config
        self._clock = clock

    @property
    def can_look_up(self) -> bool:
        return False

    def post(self, bulletin: Bulletin) -> Delivery:
        to = spelt(checked(bulletin).to)
        if to is None:
            return Delivery("refused", reason=f"{bulletin.to} is no mail address that can be written to")
        return self._mailer.send(to, bulletin_mail(bulletin, to, self._config, self._clock()))

    def find(self, bulletin: Bulletin) -> Delivery | None:
        return Delivery("unknown", reason="whether a mail has arrived can't be looked up")


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], source: str) -> Iterator[Noticeboard]:
    """Mail as a noticeboard, for one job.

    Raises:
        SettingsError: a key is unknown, or the sender or the server can't be used.
    """
    with opened(read_config(config, environ, source), now, ssl.create_default_context()) as bulletins:
        yield bulletins


@contextmanager
def opened(
    config: MailConfig, clock: Clock, context: ssl.SSLContext, timeout_seconds: float = TIMEOUT_SECONDS
) -> Iterator[Noticeboard]:
    """A connection, made with the first mail."""
    mailer = Mailer(config, context, timeout_seconds)
    try:
        yield MailBulletins(mailer, config, clock)
    finally:
        mailer.close()
