"""An exploration's file, read and written."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil
from pathlib import PurePosixPath

from aftermerge.errors import NoteError, nearest
from aftermerge.model.exploration import Exploration
from aftermerge.model.front_matter import FrontMatter, Genre, read_front_matter, written

EXPLORATION_KEYS = (
    "question",
    "from",
    "until",
    "box",
    "protected_by",
    "who",
    "outcome",
    "raided_by",
    "leads_to",
)
"""The keys of an exploration's file, in the order in which they are written."""

_GENRE = Genre("an exploration", NoteError, "begin it as `aftermerge learn explore new` does", "question: …")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_LONGEST_BOX_DAYS = 366


def parse_exploration(text: str, file: str, teams: Sequence[str] | None = None) -> Exploration:
    """Read a file under explorations/: front matter between `---` lines, then notes.

    `teams` are those of the workspace; None asks for none of them.

    Raises:
        NoteError: the first mistake, with its line in `file`.
    """
    front = read_front_matter(text, file, _GENRE)
    front.refuse_unknown(EXPLORATION_KEYS)
    since = front.needed_day("from", "2026-03-02")
    return Exploration(
        slug=_slug(front, file),
        question=front.needed("question", "what do we want to know?"),
        since=since,
        until=_end(front, since),
        protected_by=_protected_by(front, teams),
        outcome=front.text("outcome"),
        raided_by=front.text("raided_by"),
        leads_to=_leads_to(front),
        who=front.texts("who"),
        notes=front.body,
        file=file,
    )


def new_exploration(slug: str, question: str, since: date, box_days: int, team: str | None) -> Exploration:
    """One that begins now.

    Raises:
        NoteError: the slug can't be one, or the question is none.
    """
    file = f"explorations/{slug}.md"
    begun = Exploration(slug, question.strip(), since, since + timedelta(days=box_days - 1), team, file=file)
    return parse_exploration(exploration_file(begun), file)


def exploration_file(exploration: Exploration) -> str:
    """The text of a new exploration's file; what is not known yet stands there to be filled in."""
    lines = [
        f"question: {written(exploration.question)}",
        f"from: {exploration.since.isoformat()}",
        f"until: {exploration.until.isoformat()}",
        f"protected_by: {written(exploration.protected_by)}",
        "outcome:      # what was learned; committed by the end of the box, it is kept",
        "raided_by:    # what took the time after all",
        "leads_to:     # a bet's slug, or no: as good an answer",
    ]
    return "\n".join(["---", *(line.rstrip() for line in lines), "---", exploration.notes or _NOTES, ""])


_NOTES = "What we look at, and what we find on the way."


def _slug(front: FrontMatter, file: str) -> str:
    slug = PurePosixPath(file).stem
    if not _SLUG.fullmatch(slug):
        then = "use small letters, digits and `-`, as in `offline-maps`"
        raise front.mistake("question", f"`{slug}` can't name an exploration", then)
    return slug


def _end(front: FrontMatter, since: date) -> date:
    """By `until`, or by `box`: of five days the fifth is the last."""
    until, box = front.day("until"), front.span_days("box")
    if (until is None) == (box is None):
        what = "`until` and `box` both say when it ends" if until else "nothing says when it ends"
        raise front.mistake("box" if until else "from", what, then="write one of `until: 2026-03-06` and `box: 5d`")
    if until is not None and until < since:
        raise front.mistake("until", f"it ends on {until}, before it begins on {since}", then="mend one of the two")
    days = (until - since).days + 1 if until else ceil(box or 0)
    if not 1 <= days <= _LONGEST_BOX_DAYS:
        then = "a box has a day or more, and at most a year: split the question"
        raise front.mistake("until" if until else "box", "that is no box of time", then)
    return since + timedelta(days=days - 1)


def _protected_by(front: FrontMatter, teams: Sequence[str] | None) -> str | None:
    team = front.text("protected_by")
    if team is not None and teams is not None and team not in teams:
        what = f"aftermerge.toml has no team `{team}`"
        raise front.mistake("protected_by", what, then=nearest(team, list(teams)))
    return team


def _leads_to(front: FrontMatter) -> str | None:
    text = front.text("leads_to")
    if text is not None and not _SLUG.fullmatch(text):
        raise front.mistake("leads_to", f"`{text}` can't be a bet", then="write a bet's slug, or `no`")
    return text
