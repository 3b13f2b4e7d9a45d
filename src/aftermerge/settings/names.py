"""What a source is called: the name it was given, else one made from what it reads."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from pathlib import PurePosixPath

from aftermerge.settings.document import Document, refuse

WORKSPACE = "workspace"
"""The name under which the workspace's own files are read; no source or usage table may bear it."""

_USABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Row = tuple[str, str | None, Mapping[str, object]]
"""A source's kind, the name it was given, and its other keys."""


def refuse_unusable(name: str, of: str = "source") -> None:
    """Raise pydantic's error when feedback could not be cited as `name:id`, or nothing could be kept as `name.parquet`.

    `of` is what bears the name, as the user calls it.
    """
    if name == WORKSPACE:
        raise refuse(f"`{WORKSPACE}` names the workspace's own files", then=f"choose another name for this {of}")
    if not _USABLE.fullmatch(name):
        raise refuse(f"`{name}` can't name a {of}", then="use letters, digits, `-`, `_` and `.` only")


def unique_names(document: Document, rows: Sequence[Row], cleaned: Collection[str] = ()) -> list[str]:
    """One name a source, in order: as given, else the stem of its repo or path, else its kind; numbered when taken.

    `cleaned` are usage tables that are read row by row, as sources are, and keep their names.

    Raises:
        SettingsError: two sources were given one name.
    """
    taken = {WORKSPACE, *cleaned}
    for index, (_, given, _) in enumerate(rows):
        if given in taken:
            other = "a usage table and a source" if given in cleaned else "two sources"
            path = ("source", index, "name")
            raise document.mistake(path, f"{other} are called `{given}`", then="give each its own name")
        taken |= {given} if given else set()
    return [given or _free(_stem(kind, config), taken) for kind, given, config in rows]


def _stem(kind: str, config: Mapping[str, object]) -> str:
    for key in ("repo", "path"):
        stem = PurePosixPath(str(config.get(key, ""))).name.split(".")[0]
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-_")
        if name:
            return name
    return re.sub(r"[^A-Za-z0-9_-]+", "-", kind).strip("-_") or "source"


def _free(stem: str, taken: set[str]) -> str:
    name = next(name for n in count(1) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)
    taken.add(name)
    return name
