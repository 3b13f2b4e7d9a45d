"""A file that is written wholly or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from aftermerge.errors import LedgerError
from aftermerge.outside.durable import flush_folder, replace_durably


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to; what stands there when the block ends takes the place of `path`, flushed to the disk.

    Raises:
        LedgerError: the file can't be written.
    """
    try:
        with _part(path) as part:
            yield part
            replace_durably(part, path)
        flush_folder(path.parent)
    except OSError as error:
        raise LedgerError(f"can't write {path}: {error.strerror or error}", then="choose another place") from error


@contextmanager
def _part(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")  # readable by its owner alone
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
