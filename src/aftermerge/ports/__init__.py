"""What the stages need from outside, as protocols. Adapters fit them; `bootstrap` chooses which."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.customer import Forgotten, Holdings, Tombstone
from aftermerge.model.feedback import Ask, Feedback, Heard, Verbatim
from aftermerge.model.file_version import FileVersion
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.model.problem import Attribution, Curation, Problem, Theme, Undone
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.readout import Readout
from aftermerge.model.search import Hits, SearchQuery
from aftermerge.model.table import UsageTable
from aftermerge.model.trail import LineOrigin

Clock = Callable[[], datetime]
"""Now, aware."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch changed: rows that were not there before, rows that differ from before, rows now gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(self.new + other.new, self.changed + other.changed, self.gone + other.gone)


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


class Knowledge(Protocol):
    """What is known when a question about a bet is answered; none of it is changed by that."""

    def bets(self) -> Sequence[Bet]: ...

    def metrics(self) -> Sequence[Metric]: ...

    def feedback(self, problem: str | None = None) -> Sequence[Feedback]:
        """Oldest first; of one problem or all."""
        ...

    def changes(self) -> Sequence[Change]: ...

    def releases(self) -> Sequence[Release]: ...

    def links(self) -> Sequence[Link]: ...

    def readouts(self) -> tuple[datetime | None, Sequence[Readout]]:
        """The last run's readouts and when it was."""
        ...


class Ledger(Knowledge, Protocol):
    """What Aftermerge remembers. Every method is one transaction."""

    def cursor(self, source: str) -> str | None: ...

    def store(self, source: str, batch: Batch) -> Stored:
        """Rows and cursor together. Storing the same batch twice changes nothing.

        A batch that restarts its source takes the changes and releases of that source along which it does not hold;
        only these count as gone. Links made by hand stay.
        """
        ...

    def sources(self) -> Sequence[str]:
        """The names of the sources that were read, those with a cursor, sorted."""
        ...

    def drop_sources(self, names: Collection[str]) -> Stored:
        """Forget what these sources said: feedback with its problems, changes, releases, and how far they were read.

        The links of those changes go too, unless made by hand or another source has the change. All these rows count
        as gone; bets and metrics stay.
        """
        ...

    def attribute(self, problem_of: dict[str, str]) -> int:
        """Say of which problem feedback (by id) speaks; how many rows that changed."""
        ...

    def feedback_by_id(self, ids: Collection[str]) -> Sequence[Feedback]:
        """Those that are known, in the order of `ids`."""
        ...

    def heard_since(self, revision: int) -> Heard:
        """What is new, differs or is gone since that revision of what was heard; from 0, everything.

        Each transaction that changes feedback, or of which problem it speaks, makes a new revision.
        """
        ...

    def verbatim(self, feedback: str, why: str) -> Verbatim:
        """The words as they were written; that they were read, and why, goes into the journal.

        Raises:
            UnknownIdError: the id names no feedback, or feedback whose words were forgotten.
        """
        ...

    def near_copies(self) -> Mapping[str, str]:
        """Feedback that says what earlier feedback said already, by id: the earlier one's id."""
        ...

    def mark_near_copies(self, of: Mapping[str, str]) -> int:
        """Add to what `near_copies` knows; how many were not known yet. Ids that name nothing are left out."""
        ...

    def problems(self) -> Sequence[Problem]:
        """Those that a person confirmed, by id; the merged ones too."""
        ...

    def attributions(self, problem: str | None = None) -> Sequence[Attribution]:
        """Who says of which problem feedback speaks; of one problem or all, by feedback id."""
        ...

    def curate(self, curation: Curation) -> int:
        """Do what a person decided, in one step; how many pieces of feedback now speak of another problem than before.

        Raises:
            UnknownIdError: it names feedback that is not there; then nothing is done.
        """
        ...

    def undo_curation(self) -> Undone | None:
        """Take the last curation back that was not taken back yet; None when there is none."""
        ...

    def themes(self) -> Sequence[Theme]:
        """The suggestions of the last run, largest first."""
        ...

    def theme_ids(self) -> Collection[str]:
        """All that a theme has ever borne."""
        ...

    def replace_themes(self, themes: Sequence[Theme]) -> None: ...

    def holdings(self, customer: str) -> Holdings:
        """All that is held about one customer, for them to have; journalled.

        Raises:
            UnknownIdError: nobody of that id has spoken.
        """
        ...

    def forget(self, customer: str) -> Forgotten:
        """Remove a customer's words, names and addresses. What stays is counted, and names nobody.

        Each piece of their feedback keeps its source, time, rating, version, language and problem, under another id and
        another asker; no source brings them back. Forgetting twice changes nothing.

        Raises:
            UnknownIdError: nobody of that id has spoken, or was forgotten.
        """
        ...

    def tombstones(self) -> Sequence[Tombstone]: ...

    def asks(self) -> Sequence[Ask]:
        """Who asked for what: one for each customer and problem, oldest first."""
        ...

    def pull_requests(self) -> Sequence[PullRequest]:
        """Those that were merged, oldest first."""
        ...

    def link_by_hand(self, change: str, bets: Sequence[str]) -> Stored:
        """Say which bets a change serves, in place of what the rules found for it; none: it serves no bet.

        Raises:
            UnknownIdError: no change or bet bears that id.
        """
        ...

    def frozen_claims(self) -> Sequence[FrozenClaim]: ...

    def freeze(self, claims: Sequence[FrozenClaim]) -> int:
        """Keep the claims of bets that have none yet; how many that were. What is frozen never changes."""
        ...

    def replace_links(self, links: Sequence[Link]) -> Stored:
        """The links that the rules found. Changes that were linked by hand keep what was said of them."""
        ...

    def replace_readouts(self, as_of: datetime, readouts: Sequence[Readout]) -> None: ...

    def lease(self, name: str, now: datetime, seconds: float) -> AbstractContextManager[None]:
        """Hold a name until the block ends. The term, in `seconds`, is renewed as long as the holder lives.

        Raises:
            LeaseTakenError: another job holds it, its time has not run out, and it is not known to be dead.
        """
        ...


class Usage(Protocol):
    """The team's usage data, wherever it stands."""

    def tables(self) -> Sequence[UsageTable]: ...

    def compile(self, plan: Plan) -> Sequence[Query]:
        """What would be asked, as SQL. The tables are looked at, for what they are like; nothing is measured."""
        ...

    def answer(self, plan: Plan) -> Answers: ...


class SearchIndex(Protocol):
    """What was heard, searchable. It can be thrown away and filled again from the ledger at any time."""

    @property
    def revision(self) -> int:
        """Up to which of the ledger's revisions it has come; 0 when it is empty, damaged, or of an older form."""
        ...

    def update(self, heard: Heard) -> None:
        """Take in what changed: all of it, or nothing. Doing so twice changes nothing."""
        ...

    def search(self, query: SearchQuery) -> Hits:
        """
        Raises:
            InputError: the words can't be understood; it says where.
        """
        ...

    def clear(self) -> None: ...


Embedder = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts as vectors, (texts, dimensions): what speaks alike lies close together."""


class Themer(Protocol):
    """Groups texts by what they speak of, without being told how many groups there are."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions), each of length 1; an `Embedder` where the team brings its own."""
        ...

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        """The group of each, (texts,), from 0; −1 for what belongs to none. Deterministic."""
        ...


class Figures(Protocol):
    """Draws a Vega-Lite specification that has its data inside."""

    def svg(self, spec: Mapping[str, object]) -> str: ...

    def png(self, spec: Mapping[str, object]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of something that was to stand outside. `removed` counts copies of it that were taken away there.

    `reason` is why it was refused: this one alone, so that others may be posted.
    """

    outcome: Literal["created", "updated", "unchanged", "refused"]
    url: str | None = None
    removed: int = 0
    reason: str = ""


StatusState = Literal["success", "failure", "error", "pending"]


class Comments(Protocol):
    """Where verdicts are told: on pull requests. Each method may be repeated, and leaves one comment, one status."""

    def put_comment(self, repository: str, number: int, marker: str, body: str) -> Posted:
        """Our one comment that bears this marker says this, in Markdown. Nothing is sent where it does already.

        Raises:
            SettingsError: the token is missing, has expired, or has no right to comment.
            OutsideError: the service does not answer.
        """
        ...

    def put_status(self, repository: str, sha: str, state: StatusState, description: str, url: str | None) -> Posted:
        """Our status on a commit is this one. Nothing is sent where it is already. Raises as `put_comment` does."""
        ...
