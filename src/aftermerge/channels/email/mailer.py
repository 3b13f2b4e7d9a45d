"""A connection to the mail server. No mail is handed over twice: what was begun and not confirmed stays unknown."""

import smtplib
import ssl
from contextlib import suppress

from aftermerge.channels.email.config import MailConfig
from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from aftermerge.ports import Delivery
from aftermerge.render.untrusted import one_line

__all__ = ["Mailer"]

_CLOSING = 421
_AGAIN = "run it again later"


class Mailer:
    """Connects with the first mail, and anew where the server hung up between two."""

    def __init__(self, config: MailConfig, context: ssl.SSLContext, timeout_seconds: float) -> None:
        self._config = config
        self._context = context
        self._timeout_seconds = timeout_seconds
        self._smtp: smtplib.SMTP | None = None

    def send(self, to: str, content: bytes) -> Delivery:
        """One attempt.

        Raises:
            SettingsError: the server does not let us in, or the sender write.
            OutsideError: it can't be reached, or takes nothing now. In either case nothing was sent.
        """
        smtp, refused = self._ready(to)
        return refused or self._handed_over(smtp, content)

    def close(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    def _ready(self, to: str) -> tuple[smtplib.SMTP, Delivery | None]:
        """A connection on which sender and receiver are told: the mail itself is not yet, so this may be redone."""
        was_open = self._smtp is not None
        try:
            smtp = self._smtp or self._connected()
            return smtp, self._addressed(smtp, to)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            if not was_open:
                raise self._unreached(error) from error
        return self._ready(to)

    def _addressed(self, smtp: smtplib.SMTP, to: str) -> Delivery | None:
        """Why this receiver gets nothing; None where the mail may follow."""
        code, said = _answered(smtp.mail(self._config.address))
        if not _is_taken(code):
            self._drop()
            raise self._turned_away(code, said)
        code, said = _answered(smtp.rcpt(to))
        return None if _is_taken(code) else self._refused(smtp, code, said)

    def _handed_over(self, smtp: smtplib.SMTP, content: bytes) -> Delivery:
        code: int
        said: bytes | str
        try:
            code, said = smtp.data(content)
        except smtplib.SMTPDataError as error:  # turned away before the mail was told
            code, said = error.smtp_code, error.smtp_error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return self._unknown(_words(error))
        if _is_taken(code):
            return Delivery("sent")
        if 400 <= code < 600:
            return self._refused(smtp, code, said)
        self._drop()
        return self._unknown(_line(code, said))

    def _unknown(self, how: str) -> Delivery:
        return Delivery("unknown", reason=f"{self._config.server} does not say whether it took it: {how}")

    def _refused(self, smtp: smtplib.SMTP, code: int, said: bytes | str) -> Delivery:
        """The server has said that it does not take this one: the others may follow."""
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()
        when = "for now" if code < 500 else "at all"
        return Delivery("refused", reason=f"{self._config.server} does not take it {when}: {_line(code, said)}")

    def _connected(self) -> smtplib.SMTP:
        config, timeout = self._config, self._timeout_seconds
        if config.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(config.host, config.port, timeout=timeout, context=self._context)
        else:
            smtp = smtplib.SMTP(config.host, config.port, timeout=timeout)
        self._smtp = smtp
        if config.security == "starttls":
            self._secure(smtp)
        if config.user is not None:
            self._log_in(smtp, config.user)
        smtp.ehlo_or_helo_if_needed()
        return smtp

    def _secure(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.starttls(context=self._context)
        except smtplib.SMTPNotSupportedError:
            self._drop()
            what = f"{self._config.server} does not speak STARTTLS"
            then = 'look at its port; `security = "tls"` where it is secure from the start'
            raise SettingsError(what, then=then, key=("security",)) from None

    def _log_in(self, smtp: smtplib.SMTP, user: str) -> None:
        password = self._config.password
        try:
            smtp.login(user, password.value or "")
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, UnicodeError):
            self._drop()
            what = f"{self._config.server} does not let `{user}` in with {password.named}"
            raise SettingsError(
                what, then=f"look at both, and set {password.variable} anew", key=(password.key,)
            ) from None

    def _turned_away(self, code: int, said: bytes | str) -> AftermergeError:
        what = f"{self._config.server} does not let {self._config.address} write: {_line(code, said)}"
        if code >= 500:
            return SettingsError(what, then="look at `sender`, and at who logs in", key=("sender",))
        return OutsideError(what, then=_AGAIN)

    def _unreached(self, error: Exception) -> OutsideError:
        return OutsideError(f"the mail server {self._config.server} can't be reached: {_words(error)}", then=_AGAIN)

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _answered(reply: tuple[int, bytes]) -> tuple[int, bytes]:
    """What the server answers, if that is not that it hangs up."""
    code, said = reply
    if code == _CLOSING:
        raise smtplib.SMTPServerDisconnected(_line(code, said))
    return reply


def _is_taken(code: int) -> bool:
    return 200 <= code < 300


def _line(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(f"{code} {text}", 200)


def _words(error: Exception) -> str:
    return one_line(str(error) or type(error).__name__, 200)
