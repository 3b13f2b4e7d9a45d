"""What opens something: credentials and tokens in an address of the web, and keys of well-known makers."""

import re
from collections.abc import Iterator

from aftermerge.hear.redaction.found import Found

_USER = re.compile(r"(?<![a-z])[a-z][a-z0-9+.\-]{1,20}+://([^\s/@?#<>\"]{1,256}+)@", re.IGNORECASE)
_PARAMETER = re.compile(
    r"[?&;#](?:[\w.\-]{0,20}?(?:token|secret|passw(?:or)?d|signature|credential|session|api[_-]?key|access[_-]?key)|"
    r"key|auth|authorization|authuser|sig|pwd|pass|code|otp|pin|sid|jwt|ticket|invite|magic|hash|hmac|nonce|state|reset|"
    r"phpsessid|jsessionid)(?:id)?=([^\s&;#\"'<>\0]{4,4096}+)",
    re.IGNORECASE,
)
_PATH = re.compile(
    r"/(?:[\w-]{0,20}(?:reset|verif|confirm|unsubscribe|magic|invit|activat|login|signin|token)[\w-]{0,20})"
    r"/([\w\-.~=]{20,4096}+)",
    re.IGNORECASE,
)
_KEYS = re.compile(
    r"(?<![A-Za-z0-9])(?:gh[opusr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w\-]{16,64}|xox[abeprs]-[\w\-]{10,255}|"
    r"(?:sk|pk|rk)[_-](?:live|test)_[A-Za-z0-9]{10,255}|sk-[A-Za-z0-9\-_]{20,255}|AKIA[A-Z0-9]{16}|AIza[\w\-]{35}|"
    r"eyJ[\w\-]{8,4096}\.eyJ[\w\-]{8,4096}\.[\w\-]{8,4096}|npm_[A-Za-z0-9]{36}|SG\.[\w\-]{16,64}\.[\w\-]{16,64})"
)
_KEYS_BEGIN = (
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "sk-", "sk_", "pk-", "pk_", "rk-", "rk_"),
    *("AKIA", "AIza", "eyJ", "npm_", "SG."),
)
_BEARER = re.compile(r"\b(?:bearer|basic)\s{1,3}([A-Za-z0-9+/_\-.~]{16,4096}+={0,2})", re.IGNORECASE)


_SAID = re.compile(
    r"(?<![\w?&;#])(?:api[_-]?key|(?:\w{1,20}_)?token|(?:client_)?secret|password|passwd|passwort|kennwort|pwd|"
    r"mot de passe|contrasena)[ ]?[:=][ ]?(?=\S{0,100}\d)([^\s,;\"'<>\0]{6,4096}+)",
    re.IGNORECASE,
)
"""Only what has a digit: `password: please` is no password."""
_HOOK = re.compile(r"hooks\.slack\.com/(?:services|workflows)/([\w/]{10,200}+)")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----([^-]{1,20000}+)")


def secrets(text: str) -> Iterator[Found]:
    if "=" in text:
        yield from _values(_PARAMETER, text)
    if "=" in text or ":" in text:
        yield from _values(_SAID, text)
    if "-----BEGIN" in text:
        yield from _values(_PRIVATE_KEY, text)
    if "/" in text:
        yield from _values(_PATH, text)
        yield from _values(_USER, text)
        yield from _values(_HOOK, text)
    if any(begin in text for begin in _KEYS_BEGIN):
        yield from (Found(*match.span(), "secret") for match in _KEYS.finditer(text))
    if "bearer" in (lowered := text.lower()) or "basic" in lowered:
        yield from _values(_BEARER, text)


def _values(pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    return (Found(*match.span(1), "secret") for match in pattern.finditer(text) if any(map(str.isalnum, match[1])))
