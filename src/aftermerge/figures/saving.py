"""A figure in a file, written wholly or not at all."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from aftermerge.errors import InputError, OutsideError
from aftermerge.ports import Figures

ENDINGS = (".svg", ".png")


def save_figure(figures: Figures, spec: Mapping[str, object], path: Path) -> None:
    """Draw what the file's ending says.

    Raises:
        InputError: the file ends in neither `.svg` nor `.png`.
        OutsideError: it can't be written.
        AftermergeError: it can't be drawn.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(f"`{path.name}` is no name for a figure", then="end it in `.svg` or `.png`")
    _write(path, figures.svg(spec).encode() if ending == ".svg" else figures.png(spec))


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        told = f"can't write {path}: {error.strerror or error}"
        raise OutsideError(told, then="choose another place with `--out`") from error
    finally:
        with suppress(OSError):  # where nothing can be written there is nothing to take away
            part.unlink(missing_ok=True)
