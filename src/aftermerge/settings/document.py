"""A TOML file as the user wrote it, and its mistakes as the user can mend them."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from aftermerge.errors import Place, SettingsError, nearest
from aftermerge.settings.locate import KeyPath, line_of

_AT_LINE = re.compile(r"^(.*?)\s*\(at line (\d+), column \d+\)$")
_QUOTED = re.compile(r"'([^']*)'")


class Form(BaseModel):
    """One table of a file: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def keys(cls) -> list[str]:
        """The keys as they are written in the file."""
        return [field.alias or name for name, field in cls.model_fields.items()]


Filled = TypeVar("Filled", bound=Form)
Known = tuple[KeyPath, Mapping[str, object], Sequence[str]]
"""The path to a table, the table, and the keys that it may have."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text and what it says. `file` is its name as the user knows it."""

    file: str
    text: str
    data: Mapping[str, object]

    def line(self, path: Sequence[str | int]) -> int:
        return line_of(self.text, path) or 1

    def mistake(self, path: Sequence[str | int], what: str, then: str | None = None) -> SettingsError:
        return SettingsError(what, where=Place(self.file, self.line(path)), then=then)

    def table(self, path: KeyPath, written: str) -> Mapping[str, object]:
        """The table at `path`; empty where there is none. `written` is how it is written, for the error."""
        found: object = self.data
        for step in path:
            found = cast("Mapping[str | int, object]", found).get(step, {}) if isinstance(found, dict) else {}
        if isinstance(found, dict):
            return cast("Mapping[str, object]", found)
        raise self.mistake(path, f"`{path[-1]}` is not a table", then=f"write it as `{written}`")

    def rows(self, path: KeyPath) -> Sequence[tuple[KeyPath, Mapping[str, object]]]:
        """Every `[[table]]` at `path`, each with the path to it."""
        written = f"[[{'.'.join(map(str, path))}]]"
        found = self.table(path[:-1], f"[{path[0]}]").get(str(path[-1]), [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise self.mistake(path, f"`{path[-1]}` is not a list of tables", then=f"write each one under `{written}`")
        return [((*path, index), row) for index, row in enumerate(found)]


def read_document(path: Path) -> Document:
    """Read a TOML file.

    Raises:
        SettingsError: it can't be read, is not UTF-8, or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise SettingsError(f"can't be read: {error.strerror}", where=Place(path.name)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError("is not UTF-8", where=Place(path.name, line), then="save the file as UTF-8") from error
    return Document(path.name, text, _parse(path.name, text))


def _parse(file: str, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError("is nested too deeply", where=Place(file)) from None
    except ValueError as error:
        match = _AT_LINE.match(str(error))
        line = int(match[2]) if match else len(text.splitlines()) or 1
        what = match[1] if match else str(error).removesuffix(" (at end of document)")
        then = "mend the TOML on this line; text values stand in quotes"
        raise SettingsError(what, where=Place(file, line), then=then) from None


def refuse_unknown(document: Document, tables: Iterable[Known]) -> None:
    """Refuse the first key, by line, that its table does not know."""
    unknown = [((*path, key), list(known)) for path, table, known in tables for key in table if key not in known]
    if unknown:
        path, known = min(unknown, key=lambda found: document.line(found[0]))
        raise document.mistake(path, f"unknown key `{path[-1]}`", then=nearest(str(path[-1]), known))


def fill(document: Document, form: type[Filled], path: KeyPath, table: Mapping[str, object]) -> Filled:
    """The table as a form.

    Raises:
        SettingsError: the first value, by line, that does not fit; or a key that is missing.
    """
    try:
        return form.model_validate(table)
    except ValidationError as error:
        mistakes = [_mistake(document, form, path, details) for details in error.errors(include_url=False)]
        raise min(mistakes, key=_line) from None


def refuse(what: str, then: str | None = None) -> PydanticCustomError:
    """For a form's own validators: what is wrong with the value, and what to write instead."""
    return PydanticCustomError("refused", "{what}", {"what": what, "then": then})


def _mistake(document: Document, form: type[Form], path: KeyPath, details: ErrorDetails) -> SettingsError:
    key = str(details["loc"][0])
    if details["type"] == "missing":
        return document.mistake(path, f"`{key}` is missing", then=f"add `{key} = {_example(form, key)}`")
    if details["type"] == "refused":
        return document.mistake((*path, key), details["ctx"]["what"], details["ctx"]["then"])
    if details["type"] == "extra_forbidden":
        return document.mistake((*path, key), f"unknown key `{key}`", then=nearest(key, form.keys()))
    if details["type"] == "literal_error":
        options = _QUOTED.findall(details["ctx"]["expected"])
        what = f"`{key}` can't be `{details['input']}`"
        return document.mistake((*path, key), what, then=nearest(str(details["input"]), options))
    return document.mistake((*path, key), _in_toml_words(key, details["msg"]))


def _in_toml_words(key: str, message: str) -> str:
    """Pydantic speaks of Python's types; the user wrote TOML."""
    return re.sub("^[A-Z][a-z]+", f"`{key}`", message).replace("tuple", "list").replace("dictionary", "table")


def _example(form: type[Form], key: str) -> str:
    for name, field in form.model_fields.items():
        if key in (name, field.alias) and field.examples:
            return str(field.examples[0])
    return "…"


def _line(mistake: SettingsError) -> int:
    return (mistake.where and mistake.where.line) or 0
