"""A service's token: where it is looked up, and how it is shown to the service. It is shown to nobody else."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aftermerge.errors import SettingsError
from aftermerge.outside.keys import Keys

__all__ = ["Token", "read_token", "read_variable"]

_VISIBLE = re.compile(r"[!-~]+", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """What the environment variable of that name holds; None when it holds nothing.

    `noun` is what it is, in words, and `key` the setting that names the variable. `made` are secrets that came of it.
    """

    variable: str
    value: str | None = field(default=None, repr=False)
    noun: str = "token"
    key: str = "token_env"
    made: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def named(self) -> str:
        return f"the {self.noun} in {self.variable}"

    def needed(self, service: str) -> str:
        """The token.

        Raises:
            SettingsError: there is none.
        """
        if self.value is None:
            then = f"make one there, and set {self.variable} to it before the next sync"
            what = f"{service} wants a {self.noun}: {self.variable} is not set"
            raise SettingsError(what, then=then, key=(self.key,))
        return self.value

    def bearer(self) -> dict[str, str]:
        """The header of most services; none without a token."""
        return {"Authorization": f"Bearer {self.value}"} if self.value else {}

    def basic(self, user: str) -> dict[str, str]:
        """The header for `user` with the token as password; none without a token."""
        if not self.value:
            return {}
        pair = base64.b64encode(f"{user}:{self.value}".encode()).decode("ascii")
        return {"Authorization": f"Basic {pair}"}

    def hidden(self, text: str) -> str:
        """A text of the service's, in which no secret stands."""
        for secret in (self.value, *self.made):
            text = text.replace(secret, "…") if secret else text
        return text


def read_token(keys: Keys, environ: Mapping[str, str], default: str) -> Token:
    """The token of a source, whose key `token_env` names another variable than `default`.

    That it is missing is an error only when the service is asked, so that everything else works without it.

    Raises:
        SettingsError: `token_env` is no variable's name, or what the variable holds is no token.
    """
    variable = read_variable(keys, "token_env", default)
    value = environ.get(variable, "").strip()
    if value and not _VISIBLE.fullmatch(value):
        what = f"what {variable} holds is no token: it has spaces, or letters that no token has"
        raise keys.wrong("token_env", what, f"set {variable} to the token alone")
    return Token(variable, value or None)


def read_variable(keys: Keys, key: str, default: str) -> str:
    """The name of an environment variable.

    Raises:
        SettingsError: it is none. A secret that was pasted there is not repeated.
    """
    variable = keys.text(key) or default
    if _VARIABLE.fullmatch(variable):
        return variable
    what = f"`{key}` of source `{keys.source}` is not the name of an environment variable"
    raise keys.wrong(key, what, f'write the name, for instance "{default}", and keep the secret out of it')
