"""Where a cube is kept: a file a column, each there wholly or not at all. What is damaged was never kept."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftermerge.outside.durable import flush_folder

_DIGEST_BYTES = 32
_UNUSED_SECONDS = 60 * 86_400


@dataclass(frozen=True, slots=True)
class Cell:
    """A day's value, None where there was nothing to add up, and the stamp of the day when it was asked for."""

    stamp: str
    value: Any


Column = Mapping[np.datetime64, Cell]
"""By day."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of columns, by the digest of their definition."""

    folder: Path

    def read(self, digest: str) -> Column:
        """What is kept of a column; nothing where it is damaged or missing."""
        content = read_sealed(self._path(digest))
        if content is None:
            return {}
        with np.load(BytesIO(content), allow_pickle=False) as kept:
            days, stamps = kept["days"], kept["stamps"].tolist()
            known, values = kept["known"].tolist(), list(kept["values"])
        cells = zip(days, stamps, known, values, strict=True)
        return {day: Cell(stamp, value if there else None) for day, stamp, there, value in cells}

    def write(self, digest: str, column: Column) -> None:
        """Keep a column. Where it can't be written it is not kept, and asked for again."""
        days = sorted(column)
        known = np.array([column[day].value is not None for day in days], dtype=np.bool_)
        arrays = {
            "days": np.array(days, dtype="datetime64[D]"),
            "stamps": np.array([column[day].stamp for day in days], dtype=np.str_),
            "known": known,
            "values": _array([column[day].value for day in days]),
        }
        content = BytesIO()
        np.savez(content, **arrays)  # type: ignore[arg-type]  # numpy types its other arguments by name
        write_sealed(self._path(digest), content.getvalue())

    def tidy(self) -> None:
        """Remove columns that nobody has asked for since 60 days before the newest was written."""
        with suppress(OSError):
            ages = {path: path.stat().st_mtime for path in self.folder.glob("*.days")}
            newest = max(ages.values(), default=0.0)
            for path, age in ages.items():
                if age < newest - _UNUSED_SECONDS:
                    path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self.folder / f"{digest}.days"


def _array(values: list[Any]) -> NDArray[Any]:
    """Numbers as float64, times as they are; anything in the place of what is not known."""
    some = next((value for value in values if value is not None), 0.0)
    kind = "datetime64[us]" if isinstance(some, np.datetime64) else "float64"
    nothing = np.datetime64(0, "us") if isinstance(some, np.datetime64) else 0.0
    return np.array([nothing if value is None else value for value in values], dtype=kind)


def read_sealed(path: Path) -> bytes | None:
    """What was written, by its seal; None where it is not there as it was."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    seal, content = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
    return content if seal == sha256(content).digest() else None


def write_sealed(path: Path, content: bytes) -> None:
    """Write what `read_sealed` reads: wholly or not at all, and nothing where it can't be written."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
            try:
                draft.write(sha256(content).digest() + content)
                draft.flush()
                os.fsync(draft.fileno())
                Path(draft.name).replace(path)
            finally:
                Path(draft.name).unlink(missing_ok=True)
        flush_folder(path.parent)
