"""A repository that knows the versions of files by heart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aftermerge.model.file_version import FileVersion


@dataclass(frozen=True)
class Versions:
    """The versions of each file, by its path: when each was committed, and its text. Newest first."""

    files: Mapping[str, Sequence[tuple[datetime, str]]] = field(default_factory=dict)

    def versions_of_file(self, path: str) -> Iterator[FileVersion]:
        return (FileVersion(at, text) for at, text in self.files.get(path, ()))
