"""A GitHub App: its private key signs who it is; for that GitHub gives a token, for an hour and one installation."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from aftermerge.errors import InputError, OutsideError, SettingsError
from aftermerge.outside.http import Http, Token, read_variable
from aftermerge.outside.http.reading import moment, text
from aftermerge.outside.keys import Keys

__all__ = ["GitHubApp", "read_app"]

_KEY_ENV = "GITHUB_APP_PRIVATE_KEY"
_PEM = re.compile(r"-----BEGIN (?:RSA )?PRIVATE KEY-----\s.*\s-----END (?:RSA )?PRIVATE KEY-----", re.DOTALL)
# Clocks differ: a signature is dated back by a minute, lives for less than the ten that GitHub takes.
_DATED_BACK = timedelta(seconds=60)
_SIGNED_FOR = timedelta(minutes=8)
_RENEWED_BEFORE = timedelta(minutes=5)


class GitHubApp:
    """Fits `http.Passport`. What it was given last is shown until shortly before it runs out."""

    def __init__(self, app_id: str, installation_id: str, key: Token) -> None:
        self.key = key
        self._app_id = app_id
        self._installation_id = installation_id
        self._shown: Mapping[str, str] = {}
        self._until: datetime | None = None

    def headers(self, http: Http) -> Mapping[str, str]:
        if self._until is None or http.api.clock() >= self._until - _RENEWED_BEFORE:
            self._renew(http)
        return self._shown

    def forget(self) -> None:
        self._until = None

    def _renew(self, http: Http) -> None:
        what = f"installation {self._installation_id} of app {self._app_id}"
        signed = self._bearer(self._signed(http.api.clock()))
        path = f"/app/installations/{self._installation_id}/access_tokens"
        answer = http.post(path, {}, what=what, headers=signed)
        token, until = text(answer.body, "token"), moment(answer.body, "expires_at")
        if token is None or until is None:
            raise OutsideError(f"GitHub gives no token for {what}", then="look at whether it is installed there")
        self._shown, self._until = self._bearer(token), until

    def _bearer(self, secret: str) -> Mapping[str, str]:
        self.key.made.append(secret)
        return {"Authorization": f"Bearer {secret}"}

    def _signed(self, now: datetime) -> str:
        """A JSON Web Token that GitHub takes for the app."""
        try:
            import jwt
        except ImportError:
            then = "pip install 'aftermerge[github-app]'"
            raise InputError("to be an app at GitHub needs the extra `github-app`", then=then) from None
        claims = {"iss": self._app_id, "iat": now - _DATED_BACK, "exp": now + _SIGNED_FOR}
        try:
            return jwt.encode(claims, self.key.needed("GitHub"), algorithm="RS256")
        except (jwt.PyJWTError, ValueError, TypeError):
            # What a library says of a key may hold a part of it.
            raise _no_key(self.key.variable) from None


def read_app(keys: Keys, environ: Mapping[str, str]) -> GitHubApp | None:
    """The app that a source is read as; None where it names none.

    That its key is missing is an error only when GitHub is asked, as with a token.

    Raises:
        SettingsError: a key is missing beside another, or can't be used.
    """
    if not {"app_id", "installation_id", "private_key_env"} & keys.given.keys():
        return None
    if "token_env" in keys.given:
        what = f"source `{keys.source}` names both a token and an app"
        raise keys.wrong("token_env", what, "take `token_env` out, or `app_id` and what belongs to it")
    app_id, installation_id = _number(keys, "app_id"), _number(keys, "installation_id")
    variable = read_variable(keys, "private_key_env", _KEY_ENV)
    # Where a variable can hold one line only, line ends are written as \n.
    value = environ.get(variable, "").replace("\\n", "\n").strip()
    if value and not _PEM.fullmatch(value):
        raise _no_key(variable)
    key = Token(variable, value or None, noun=f"private key of app {app_id}", key="private_key_env")
    return GitHubApp(app_id, installation_id, key)


def _number(keys: Keys, key: str) -> str:
    """As GitHub shows it, with or without quotes; an app's client ID does for its number."""
    value = keys.given.get(key)
    written = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if re.fullmatch(r"[0-9]+" if key == "installation_id" else r"[0-9A-Za-z.]+", written, re.ASCII):
        return written
    told = f"`{key}` of source `{keys.source}` {'is missing' if value is None else 'is no number'}"
    raise keys.wrong(key, told, "write the number that GitHub shows in the app's settings")


def _no_key(variable: str) -> SettingsError:
    what = f"what {variable} holds is no private key"
    then = f"set {variable} to the whole text of the .pem file that GitHub made for the app"
    return SettingsError(what, then=then, key=("private_key_env",))
