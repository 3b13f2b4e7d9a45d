"""ladder.toml: what a team expects of its members, and by which habits it is shown."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from aftermerge.model.ladder import Expectation, LadderLevel
from aftermerge.model.thanks import Habit
from aftermerge.settings.document import Document, Form, fill, read_document, refuse_unknown
from aftermerge.settings.locate import KeyPath

_ID = r"^[a-z0-9][a-z0-9-]*$"
_LEVEL_KEYS = ("id", "text", "expectation")


class LevelForm(Form):
    """`[[level]]`."""

    id: str = Field(pattern=_ID, examples=['"senior"'])
    text: str = Field(min_length=1, examples=['"Senior engineer"'])


class ExpectationForm(Form):
    """`[[level.expectation]]`, of the level above it."""

    id: str = Field(pattern=_ID, examples=['"follows-through"'])
    text: str = Field(min_length=1, examples=['"Follows work until customers have heard"'])
    habits: tuple[Habit, ...] = ()


def read_ladder(path: Path) -> tuple[LadderLevel, ...]:
    """In the file's order.

    Raises:
        SettingsError: the first mistake, with its line.
    """
    document = read_document(path)
    levels = document.rows(("level",))
    refuse_unknown(document, [((), document.data, ("level",)), *((at, row, _LEVEL_KEYS) for at, row in levels)])
    read = tuple(_level(document, at, row) for at, row in levels)
    _refuse_twins(document, read)
    return read


def _level(document: Document, at: KeyPath, row: Mapping[str, object]) -> LadderLevel:
    form = fill(document, LevelForm, at, {key: value for key, value in row.items() if key != "expectation"})
    expectations = [fill(document, ExpectationForm, place, found) for place, found in _expectations(document, at, row)]
    return LadderLevel(form.id, form.text, tuple(Expectation(e.id, e.text, e.habits) for e in expectations))


def _expectations(
    document: Document, at: KeyPath, row: Mapping[str, object]
) -> list[tuple[KeyPath, Mapping[str, object]]]:
    found = row.get("expectation", [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        what = "`expectation` is not a list of tables"
        raise document.mistake((*at, "expectation"), what, then="write each one under `[[level.expectation]]`")
    return [((*at, "expectation", place), item) for place, item in enumerate(found)]


def _refuse_twins(document: Document, levels: tuple[LadderLevel, ...]) -> None:
    """An expectation is known by its id in the whole file."""
    seen: set[str] = set()
    for at, level in enumerate(levels):
        named: list[tuple[KeyPath, str]] = [(("level", at, "id"), level.id)]
        named += [(("level", at, "expectation", n, "id"), item.id) for n, item in enumerate(level.expectations)]
        for place, id_ in named:
            if id_ in seen:
                raise document.mistake(place, f"`{id_}` stands here twice", then="give each its own id")
            seen.add(id_)
