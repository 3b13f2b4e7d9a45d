"""What customers struggle with, once a person has said so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AttributedBy = Literal["source", "bet", "person", "attracted"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that a person confirmed. `id` is a slug and stays; `merged_into` is the problem that took it in."""

    id: str
    title: str
    confirmed_at: datetime
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Feedback speaks of a problem, and who says so.

    `certainty`, 0 to 1, is how sure an attraction is; the others are sure by themselves.
    """

    feedback: str
    problem: str
    by: AttributedBy
    certainty: float | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """A suggestion: feedback that speaks alike, and no person has said of what yet. `id` stays from run to run."""

    id: str
    words: tuple[str, ...]
    members: tuple[str, ...]
    """Ids of feedback, the most typical first."""

    @property
    def size(self) -> int:
        return len(self.members)


@dataclass(frozen=True, slots=True)
class Curation:
    """One thing that a person did to problems, in one step that can be undone as one.

    `problems` and `attributions` are those that it leaves; `released` is feedback that speaks of no problem any more.
    """

    verb: Literal["accept", "rename", "split", "merge", "link", "unlink", "attract"]
    subject: str
    problems: tuple[Problem, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    released: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the verb and subject of the curation."""

    verb: str
    subject: str
