"""Responses to a survey: a column a question, whatever the questions are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aftermerge.connectors.csv.clean import is_blank
from aftermerge.connectors.csv.headers import plain
from aftermerge.connectors.csv.table import Broken, Row, Table

__all__ = ["answers", "as_survey"]

# The columns of a Typeform export that are no questions.
_FRAME = frozenset(
    {"", "responseid", "token", "responsetype", "startdateutc", "stagedateutc", "submitdateutc", "networkid", "tags",
     "ending", "browser", "platform", "referer", "winningoutcomeid"}
)  # fmt: skip
_SCALE = re.compile(r"\b(how likely|recommend|rate|rating|score|satisf\w*|scale|nps)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\be-?mail\b", re.IGNORECASE)
_NAME = re.compile(r"^(what('s| is) )?(your )?(full |first |last )?name\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(\.\d+)?")
_ADDED = ("id", "text", "rating", "email", "user_name")
_SCALES = frozenset({"opinion_scale", "rating", "nps"})


@dataclass(frozen=True, slots=True)
class _Questions:
    """Where the questions stand, by what they ask for."""

    token: int | None
    words: tuple[int, ...]
    scales: tuple[int, ...]
    addresses: tuple[int, ...]
    names: tuple[int, ...]

    def answered(self, cells: Sequence[str]) -> list[str]:
        said = (cells[place].strip() for place in self.words)
        words = "\n\n".join(text for text in said if not is_blank(text) and not _NUMBER.fullmatch(text))
        rating = next((cells[place] for place in self.scales if _NUMBER.fullmatch(cells[place].strip())), "")
        email = next((cells[place] for place in self.addresses if cells[place].strip()), "")
        name = " ".join(cells[place].strip() for place in self.names)
        return [cells[self.token] if self.token is not None else "", words, rating, email, name.strip()]


def as_survey(table: Table) -> Table:
    """A Typeform export with what was answered in columns of our own names; any other table as it is.

    What was said are the answers in words: the questions are the same in every row, and would drown them.
    """
    if not {"submitdateutc", "startdateutc"} <= set(map(plain, table.header)):
        return table
    questions = _questions(table.header)
    return Table(table.file, (*table.header, *_ADDED), _rows(table.rows, questions), table.progress)


def answers(given: Sequence[object]) -> dict[str, object]:
    """The answers of one response as Typeform's interface gives them: text, rating and email, as far as there are."""
    found: dict[str, object] = {}
    words: list[str] = []
    for answer in given:
        if isinstance(answer, dict):
            _take(answer, found, words)
    return found | ({"text": "\n\n".join(words)} if words else {})


def _take(answer: dict[str, object], found: dict[str, object], words: list[str]) -> None:
    kind = answer.get("type")
    value, asked = answer.get(str(kind)), answer.get("field")
    if kind in ("text", "long_text", "short_text") and isinstance(value, str):
        words.append(value)
    elif kind == "choice" and isinstance(value, dict) and isinstance(value.get("label"), str):
        words.append(value["label"])
    elif kind == "email":
        found.setdefault("email", value)
    elif kind == "number" and isinstance(asked, dict) and asked.get("type") in _SCALES:
        found.setdefault("rating", value)


def _questions(header: Sequence[str]) -> _Questions:
    token = next((place for place, name in enumerate(header) if name.strip() == "#"), None)
    asked = [(place, name) for place, name in enumerate(header) if place != token and plain(name) not in _FRAME]
    addresses = tuple(place for place, name in asked if _ADDRESS.search(name))
    names = tuple(place for place, name in asked if _NAME.search(name))
    scales = tuple(place for place, name in asked if _SCALE.search(name))
    words = tuple(place for place, _ in asked if place not in (*addresses, *names))
    return _Questions(token, words, scales, addresses, names)


def _rows(rows: Iterator[Row | Broken], questions: _Questions) -> Iterator[Row | Broken]:
    for row in rows:
        yield row if isinstance(row, Broken) else Row(row.line, [*row.cells, *questions.answered(row.cells)])
