"""A repository that knows the versions of files by heart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Versions:
    """The versions of each file, newest first, by its path."""

    files: Mapping[str, Sequence[tuple[datetime, str]]] = field(default_factory=dict)

    def versions_of_file(self, path: str) -> Iterator[tuple[datetime, str]]:
        return iter(self.files.get(path, ()))
