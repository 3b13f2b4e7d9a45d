"""Links that need no login: signed, so that nobody can make one, and good for a while only."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from aftermerge.ports import Clock

__all__ = ["EXPIRES_AFTER", "Links", "Purpose"]

EXPIRES_AFTER = timedelta(days=60)
Purpose = Literal["helped", "stop"]


@dataclass(frozen=True, slots=True)
class Links:
    """`site` is where `aftermerge serve` is reached, without a slash at its end. What a link holds is a message's
    reference: nothing of the customer.
    """

    site: str
    secret: str
    clock: Clock

    def helped(self, reference: str) -> str:
        """Asks whether it helped."""
        return f"{self.site}/helped/{self._seal('helped').dumps(reference)}"

    def stop(self, reference: str) -> str:
        """Stops all further messages."""
        return f"{self.site}/stop/{self._seal('stop').dumps(reference)}"

    def read(self, purpose: Purpose, token: str) -> str | Literal["expired", "forged"]:
        """The reference of the message with which the link was sent. A link that stops messages never expires."""
        most = EXPIRES_AFTER.total_seconds() if purpose == "helped" else None
        try:
            return str(self._seal(purpose).loads(token, max_age=most))  # type: ignore[arg-type]
        except SignatureExpired:
            return "expired"
        except BadData:
            return "forged"

    def _seal(self, purpose: Purpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt=f"aftermerge.{purpose}", signer=_signer(self.clock))


def _signer(clock: Callable[[], datetime]) -> type[TimestampSigner]:
    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock().timestamp())

    return Signer
