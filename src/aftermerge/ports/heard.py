"""What was heard, as the ledger remembers it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from aftermerge.model.customer import Forgotten, Holdings, Tombstone
from aftermerge.model.feedback import Ask, Feedback, Heard, Verbatim
from aftermerge.model.problem import Attribution, Curation, Problem, Theme, Undone


class Heeds(Protocol):
    """Feedback, who asked for what, and what a person said of it. Every method is one transaction."""

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

    def address(self, customer: str) -> str | None:
        """Where mail reaches them, as their source gave it."""
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
