"""The YAML between the `---` lines of a file: plain keys, texts and lists of texts, each with its line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import yaml

from aftermerge.errors import InputError, Place, nearest

_FENCE = "---"
_LARGEST_BYTES = 256 * 1024
_DEEPEST = 2  # the table of keys, and a list in it
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NULL = "tag:yaml.org,2002:null"
_QUOTE = "put the value in quotes when it begins with a sign or holds `: ` or ` #`"
_SPAN = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,9})?)\s*([dw])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_UNSAFE = re.compile(r"[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./@+%-]*")
"""What needs no quotes."""

Value = str | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Genre:
    """What a file is: what it is called, how its mistakes are raised, and how one begins, for one who got it wrong."""

    noun: str
    error: type[InputError]
    begins: str
    example: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's value as it was written, and the line of the file where the key stands."""

    line: int
    value: Value


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands between the `---` lines, and the text under them."""

    file: str
    genre: Genre
    entries: Mapping[str, Entry]
    body: str

    def mistake(self, key: str, what: str, then: str | None = None) -> InputError:
        line = self.entries[key].line if key in self.entries else 1
        return self.genre.error(what, where=Place(self.file, line), then=then)

    def refuse_unknown(self, known: Sequence[str]) -> None:
        for key in self.entries:
            if key not in known:
                raise self.mistake(key, f"unknown key `{key}`", then=nearest(key, list(known)))

    def text(self, key: str) -> str | None:
        """One text; None where the key is missing or empty."""
        value = self.entries[key].value if key in self.entries else None
        if isinstance(value, tuple):
            raise self.mistake(key, f"`{key}` is one value, not a list", then=f"write `{key}: …`")
        return value.strip() or None if value else None

    def needed(self, key: str, example: str) -> str:
        text = self.text(key)
        if text is None:
            raise self.mistake(key, f"`{key}` is missing", then=f"add `{key}: {example}`")
        return text

    def needed_day(self, key: str, example: str) -> date:
        return self._day(key, self.needed(key, example))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self.entries[key].value if key in self.entries else None
        values = value if isinstance(value, tuple) else (value or "",)
        return tuple(text.strip() for text in values if text.strip())

    def span_days(self, key: str) -> float | None:
        """A span of calendar days: `5d` is 5 and `2w` is 14."""
        text = self.text(key)
        if text is None:
            return None
        match = _SPAN.fullmatch(text)
        if match is None:
            raise self.mistake(key, f"`{text}` is not a span of time", then="write `5d` or `2w`")
        return float(match[1]) * (7 if match[2] == "w" else 1)

    def day(self, key: str) -> date | None:
        text = self.text(key)
        return None if text is None else self._day(key, text)

    def _day(self, key: str, text: str) -> date:
        try:
            return date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            raise self.mistake(key, f"`{text}` is not a date", then="write it as 2026-12-15") from None


def read_front_matter(text: str, file: str, genre: Genre) -> FrontMatter:
    """Split a file and read its front matter; `file` is for the errors.

    Raises:
        InputError: of the genre's kind: it has none, is too large, or says more than plain keys, texts and lists.
    """
    if len(text.encode("utf-8", "surrogatepass")) > _LARGEST_BYTES:
        then = "keep the claim here and link to the rest"
        raise genre.error("is larger than 256 KiB", where=Place(file, 1), then=then)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if found := _UNSTORABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise genre.error("holds a character that no text can hold", where=Place(file, line), then="take it out")
    front, body = _split(text, file, genre)
    return FrontMatter(file, genre, _entries(_Source(front, file, genre)), body.strip())


def _split(text: str, file: str, genre: Genre) -> tuple[str, str]:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        raise genre.error(f"{genre.noun} begins with a line `---`", where=Place(file, 1), then=genre.begins)
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    then = "put a line `---` under its last key"
    raise genre.error("the front matter is not closed", where=Place(file, 1), then=then)


@dataclass(frozen=True, slots=True)
class _Source:
    front: str
    file: str
    genre: Genre

    def line(self, index: int) -> int:
        """The line in the file of a character of the front matter, which begins on line 2."""
        return 2 + self.front.count("\n", 0, index)

    def mistake(self, index: int, what: str, then: str | None = None) -> InputError:
        return self.genre.error(what, where=Place(self.file, self.line(index)), then=then)


def _entries(source: _Source) -> Mapping[str, Entry]:
    root = _compose(source)
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        then = f"write `{source.genre.example}`"
        raise source.mistake(root.start_mark.index, "is not a list of `key: value` lines", then)
    entries: dict[str, Entry] = {}
    for key, value in root.value:
        name = _scalar(source, key) or ""
        if name in entries:
            raise source.mistake(key.start_mark.index, f"`{name}` stands here twice", then="keep one of them")
        entries[name] = Entry(source.line(key.start_mark.index), _value(source, value))
    return entries


def _compose(source: _Source) -> yaml.Node | None:
    try:
        _refuse_elaborate(source)
        return yaml.compose(source.front, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "is not YAML"
        raise source.mistake(mark.index if mark else 0, what, then=_QUOTE) from None
    except yaml.reader.ReaderError as error:
        then = "take the control character out"
        raise source.mistake(error.position, "holds a character that YAML does not allow", then) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        raise source.mistake(0, "is not YAML", then=_QUOTE) from None


def _refuse_elaborate(source: _Source) -> None:
    """Refuse aliases (which can swell without end), tags, and tables within tables, before anything is built."""
    depth = 0
    for event in yaml.parse(source.front, Loader=yaml.SafeLoader):
        index = event.start_mark.index if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            then = "put quotes around a value that begins with `*` or `&`"
            raise source.mistake(index, "YAML aliases are not read here", then)
        if getattr(event, "tag", None):
            then = "put quotes around a value that begins with `!`"
            raise source.mistake(index, "YAML tags are not read here", then)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise source.mistake(index, "is nested too deeply", then="write plain values and lists")


def _value(source: _Source, node: yaml.Node) -> Value:
    if isinstance(node, yaml.SequenceNode):
        return tuple(_scalar(source, item) or "" for item in node.value)
    return _scalar(source, node)


def _scalar(source: _Source, node: yaml.Node) -> str | None:
    """The text as written, so that `off` stays `off` and `1.10` stays `1.10`."""
    if not isinstance(node, yaml.ScalarNode):
        raise source.mistake(node.start_mark.index, "a plain value or a list of them belongs here", then=_QUOTE)
    if _UNSTORABLE.search(node.value):
        raise source.mistake(node.start_mark.index, "holds a character that no text can hold", then="take it out")
    return None if node.tag == _NULL else str(node.value)


def written(text: str | None) -> str:
    """A text as it is written in front matter, in quotes where it needs them; nothing for none."""
    if not text or (PLAIN.fullmatch(text) and text.lower() != "null"):
        return text or ""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
