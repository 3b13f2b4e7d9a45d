"""The file of rows that could not be used, written whole or not at all."""

import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import IO

from aftermerge.model.batch import Rejected
from aftermerge.outside.durable import replace_durably, writing

__all__ = ["RejectedFile"]


class RejectedFile:
    """`<folder>/<name>.jsonl`. Leaving it without `finish` leaves the last full reading's file as it was.

    `shown` is the name of the source's file as the workspace knows it, the same wherever the workspace lies; None
    where each row says its own.
    """

    def __init__(self, folder: Path, name: str, shown: str | None = None) -> None:
        self._shown = shown
        self._file = folder / f"{name}.jsonl"
        self._draft = folder / f".{name}.jsonl.tmp"
        self._out: IO[str] | None = None

    def __enter__(self) -> "RejectedFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out is not None:
            with suppress(OSError):  # what is left of a draft does no harm
                self._out.close()
            with suppress(OSError):
                self._draft.unlink(missing_ok=True)

    def add(self, rejected: Rejected) -> None:
        """Write one row to the draft. Raises OutsideError when it can't be written."""
        with writing(self._file):
            if self._out is None:
                self._draft.parent.mkdir(parents=True, exist_ok=True)
                self._out = self._draft.open("w", encoding="utf-8")
            self._out.write(json.dumps(asdict(self.shown(rejected)), ensure_ascii=False) + "\n")

    def shown(self, rejected: Rejected) -> Rejected:
        return rejected if self._shown is None else replace(rejected, file=self._shown)

    @property
    def has_rows(self) -> bool:
        """Whether a row was added to the draft."""
        return self._out is not None

    def finish(self) -> None:
        """The reading is complete: the draft takes the file's place, or the file goes when nothing was rejected.

        Raises:
            OutsideError: it can't be written.
        """
        with writing(self._file):
            if self._out is None:
                self._file.unlink(missing_ok=True)
                return
            self._out.close()
            replace_durably(self._draft, self._file)
            self._out = None
