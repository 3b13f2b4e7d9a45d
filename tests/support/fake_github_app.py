"""A GitHub that lets nobody in but an app: by a signature for a token, by a token for all else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.types import Options

from support.fake_api import FakeApi, FakeTime, Replied, Request

__all__ = ["FakeGitHubApp", "private_key"]

_REFUSED: Replied = (401, {}, {"message": "Bad credentials"})


@cache
def _key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_key(name: str = "ours") -> str:
    """As GitHub hands it out; the same for the same name."""
    written = _key(name).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return written.decode("ascii")


@dataclass(slots=True)
class FakeGitHubApp:
    """App 5, installed as 70. `given` are its tokens and until when each is good; `claims` what was signed for them."""

    api: FakeApi
    time: FakeTime
    given: dict[str, datetime] = field(default_factory=dict)
    claims: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api.route("POST", r"/app/installations/(\d+)/access_tokens", self._give)
        self.api.gate = self._look

    def revoke(self) -> None:
        """All tokens at once, as when somebody suspends the app."""
        self.given = dict.fromkeys(self.given, self.time.now)

    def _look(self, request: Request) -> Replied | None:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if request.path.startswith("/app/"):
            return None if self._is_signed(shown) else _REFUSED
        return None if self.given.get(shown, self.time.now) > self.time.now else _REFUSED

    def _is_signed(self, shown: str) -> bool:
        """GitHub takes a signature for ten minutes at most, and none of the future."""
        unchecked: Options = {"verify_exp": False, "verify_iat": False}
        try:
            said = jwt.decode(shown, _key("ours").public_key(), algorithms=["RS256"], issuer="5", options=unchecked)
        except jwt.PyJWTError:
            return False
        begun, end = (datetime.fromtimestamp(said[name], UTC) for name in ("iat", "exp"))
        self.claims.append(said)
        return begun <= self.time.now < end <= self.time.now + timedelta(minutes=10)

    def _give(self, request: Request) -> Replied:
        if request.groups[0] != "70":
            return 404, {}, {"message": "Not Found"}
        token = f"ghs_s3cret{len(self.given)}"
        self.given[token] = self.time.now + timedelta(hours=1)
        return 201, {}, {"token": token, "expires_at": f"{self.given[token]:%Y-%m-%dT%H:%M:%SZ}"}
