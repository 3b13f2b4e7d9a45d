"""What was written in one mail: without markup, quoted text and signature."""

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message

from aftermerge.connectors.told.plain import plain

__all__ = ["decoded", "own_words", "subject", "written"]

_LINE_CHARACTERS = 300
_WROTE = "wrote|schrieb|écrit|escribió|scritto|schreef|escreveu|skrev|napisał|написал"
_INTRODUCED = re.compile(rf"^\s*\S.{{3,250}}\b({_WROTE})\b.{{0,100}}:\s*$", re.IGNORECASE)
_FORWARDED = re.compile(
    r"^\s*(-{2,20}.{0,40}(original|forwarded|urspr|weitergeleitet|origine).{0,60}-{2,20}|_{20,})\s*$", re.IGNORECASE
)
_HEADERS = re.compile(r"^\s*\*?(from|von|de|da)\*?\s*:\s*\S.{0,200}$", re.IGNORECASE)
_SENT = re.compile(r"^\s*\*?(sent|date|gesendet|datum|envoyé|enviado|inviato|verzonden)\*?\s*:", re.IGNORECASE)
_SIGNED = re.compile(r"^(--\s?|\s*(sent from my|von meinem|envoyé de mon|get outlook for)\b.{0,80})$", re.IGNORECASE)
_ANSWER = re.compile(r"^(\s*(re|fwd?|aw|wg|sv|antw|rif|tr)(\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def decoded(header: object) -> str:
    """A header as it is read; what can't be decoded becomes U+FFFD."""
    if header is None:
        return ""
    try:
        parts = decode_header(str(header))
    except (ValueError, LookupError):
        return str(header)
    return "".join(part if isinstance(part, str) else _text(part, charset) for part, charset in parts).strip()


def subject(message: Message) -> str:
    """Without the marks of an answer."""
    return " ".join(_ANSWER.sub("", decoded(message["Subject"])).split())


def written(message: Message) -> str:
    """The text of a mail: its plain part, else its HTML as a reader sees it. Attachments are no text."""
    found: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            found[kind] = found.get(kind) or _content(part)
    text = found.get("text/plain", "").strip()
    return text or plain(found.get("text/html", ""))


def own_words(text: str) -> str:
    """What its writer wrote, without quoted lines: up to the signature, or to a mail that is answered beneath."""
    lines = text.replace("\r\n", "\n").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_unquoted(lines))).strip()


def _unquoted(lines: list[str]) -> Iterator[str]:
    place = 0
    while place < len(lines):
        length = _introduction(lines, place)
        if _ends_here(lines, place) or (length and not _is_quoted_next(lines, place + length)):
            return
        if not length and not lines[place].lstrip().startswith(">"):
            yield lines[place].rstrip()
        place += length or 1


def _ends_here(lines: list[str], place: int) -> bool:
    line = lines[place]
    if len(line) > _LINE_CHARACTERS:
        return False
    if _SIGNED.match(line) or _FORWARDED.match(line):
        return True
    return bool(_HEADERS.match(line)) and any(_SENT.match(other) for other in lines[place + 1 : place + 4])


def _introduction(lines: list[str], place: int) -> int:
    """How many lines say `On 1 March, Ada wrote:`; 0 where none does. Mail programs break it in two."""
    if _introduces(lines[place]):
        return 1
    two = [line.strip() for line in lines[place : place + 2]]
    broken = len(two) == 2 and any(map(str.isdigit, two[0])) and not _introduces(two[1])
    return 2 if broken and _introduces(" ".join(two)) else 0


def _introduces(line: str) -> bool:
    return len(line) <= _LINE_CHARACTERS and bool(_INTRODUCED.match(line)) and any(map(str.isdigit, line))


def _is_quoted_next(lines: list[str], place: int) -> bool:
    """Whether the next line with something on it is a quoted one: an answer may then stand beneath it."""
    return next((line.lstrip().startswith(">") for line in lines[place:] if line.strip()), False)


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return _text(content, part.get_content_charset())


def _text(content: bytes, charset: str | None) -> str:
    for name in (charset or "utf-8", "utf-8"):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")
