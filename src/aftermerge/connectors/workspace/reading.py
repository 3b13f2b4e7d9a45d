"""The Markdown files of one of the workspace's folders."""

from collections.abc import Mapping
from pathlib import Path

from aftermerge.errors import InputError, Place


def texts_in(root: Path, folder: str, error: type[InputError]) -> Mapping[str, str]:
    """Each file's text by its path from `root`, sorted; README.md and what begins with `_` or `.` is passed over.

    Raises:
        InputError: of the kind `error`: a file can't be read, or is not UTF-8.
    """
    files = sorted(path for path in (root / folder).glob("*.md") if _is_meant(path))
    return {path.relative_to(root).as_posix(): _text(root, path, error) for path in files}


def _is_meant(path: Path) -> bool:
    return path.is_file() and path.name.lower() != "readme.md" and not path.name.startswith(("_", "."))


def _text(root: Path, path: Path, kind: type[InputError]) -> str:
    file = path.relative_to(root).as_posix()
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise kind(f"can't be read: {error.strerror}", where=Place(file)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise kind("is not UTF-8", where=Place(file, line), then="save the file as UTF-8") from error
