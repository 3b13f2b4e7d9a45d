"""Every exception that Aftermerge raises on purpose.

AftermergeError                 says what happened, where, and what to do next
├── InputError                  what was given can't be used                        exit 2
│   ├── WorkspaceError          there is no workspace here, or it is not whole
│   ├── SettingsError           aftermerge.toml or metrics.toml
│   ├── BetError                a file under bets/
│   ├── NoteError               a file under explorations/ or interviews/
│   ├── DataError               a table, an export or one of its columns
│   └── UnknownIdError          an id that names nothing
├── OutsideError                something that we read did not answer               exit 1
├── LedgerError                 the ledger can't be opened or written               exit 1
│   ├── LedgerVersionError      it was written by a newer version, or wants `upgrade`
│   └── LeaseTakenError         another job is at work
└── StatisticsError             numbers from which nothing can be said              exit 1
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import ClassVar

__all__ = [
    "AftermergeError",
    "BetError",
    "DataError",
    "InputError",
    "LeaseTakenError",
    "LedgerError",
    "LedgerVersionError",
    "NoteError",
    "OutsideError",
    "Place",
    "SettingsError",
    "StatisticsError",
    "UnknownIdError",
    "WorkspaceError",
    "nearest",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the user's own files something is: lines and rows count from 1."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f":{self.line}" if self.line is not None else ""
        column = f", column {self.column}" if self.column is not None else ""
        return f"{self.file}{line}{column}"


class AftermergeError(Exception):
    """What happened, where (when it is in a file), and the next step."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: Place | None = None, then: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.then = then

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  next: {self.then}" if self.then else head


class InputError(AftermergeError):
    """What was given can't be used as it is."""

    exit_code = 2


class WorkspaceError(InputError):
    """There is no workspace here, or a part of it is missing."""


class SettingsError(InputError):
    """A key or value in aftermerge.toml or metrics.toml.

    `key` is the way to the key within its table, for one who can find its line where the raiser can't.
    """

    def __init__(
        self, what: str, *, where: Place | None = None, then: str | None = None, key: tuple[str, ...] = ()
    ) -> None:
        super().__init__(what, where=where, then=then)
        self.key = key


class BetError(InputError):
    """A key or value in a bet file."""


class NoteError(InputError):
    """A key or value in a file under explorations/ or interviews/."""


class DataError(InputError):
    """A table, an export, or a column of one."""


class UnknownIdError(InputError):
    """An id that names nothing that the ledger knows."""


class OutsideError(AftermergeError):
    """Something that we read (git, a database, a service) did not answer."""


class LedgerError(AftermergeError):
    """The ledger can't be opened, read or written."""


class LedgerVersionError(LedgerError):
    """The ledger's version and this program's do not match."""


class LeaseTakenError(LedgerError):
    """Another job holds the lease."""


class StatisticsError(AftermergeError):
    """Numbers from which nothing can be said; the message gives the reason."""


def nearest(given: str, known: list[str] | tuple[str, ...]) -> str:
    """A phrase that offers the nearest right word, or lists the right words, or says that there is none."""
    if not known:
        return "there is none yet"
    close = get_close_matches(given, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known: {', '.join(f'`{word}`' for word in sorted(known))}"
