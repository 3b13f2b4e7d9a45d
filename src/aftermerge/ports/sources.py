"""Where things are read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Protocol

from aftermerge.model.batch import Batch
from aftermerge.model.file_version import FileVersion
from aftermerge.model.trail import LineOrigin

Clock = Callable[[], datetime]
"""Now, aware."""


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a connector may know of the workspace.

    Paths in a source's configuration are relative to `root`. `tables` is the folder for cleaned usage tables,
    `rejected` the one for rows that could not be used. A time without a zone is read in `timezone`. `environ` is where
    a source's token is looked up, by the name that its configuration gives.
    """

    root: Path
    tables: Path
    rejected: Path
    timezone: tzinfo
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)


class Connector(Protocol):
    """Reads one source. `name` is unique in the workspace."""

    @property
    def name(self) -> str: ...

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """Batches after `cursor`, in an order that depends on the source alone. Nothing new: no batch."""
        ...


class FileVersions(Protocol):
    """The committed versions of files."""

    def versions_of_file(self, path: str) -> Iterator[FileVersion]:
        """A file's committed versions through renames, newest first. Empty when it never was committed."""
        ...


class Repository(FileVersions, Protocol):
    """The git repository that the workspace stands in."""

    def commit(self, name: str) -> str | None:
        """The full hash of the commit that a hash, tag or branch names; None when it names none."""
        ...

    def origin_of_line(self, path: str, line: int) -> LineOrigin:
        """Which commit gave a line of the working tree its text, through renames, moves and changes of white space.

        Raises:
            DataError: git does not know the file, or it has no such line.
        """
        ...

    def landed_with(self, commit: str) -> str | None:
        """The step of the main line with which a commit reached it; None when it has not."""
        ...

    def changed_since(self, base: str, folder: str) -> Sequence[str]:
        """The files of a folder that are new or other than where the working tree parted from `base`, sorted.

        Raises:
            DataError: `base` is not known here, or where they parted is not.
        """
        ...


class OwnGit(Protocol):
    """What their own git knows of the person who asks. It is read when they ask, for them, and never kept."""

    def setting(self, name: str) -> str | None:
        """What git is set to here, such as `user.email`; None where it is not set."""
        ...

    def written_by(self, addresses: Collection[str], changes: Collection[str]) -> Collection[str]:
        """Of these steps of the main line, those that hold a commit which one of the addresses wrote."""
        ...
