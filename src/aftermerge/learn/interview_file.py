"""An interview's file, read."""

from pathlib import PurePosixPath

from aftermerge.errors import NoteError
from aftermerge.model.front_matter import Genre, read_front_matter
from aftermerge.model.interview import Interview

INTERVIEW_KEYS = ("date", "problem", "who")

_GENRE = Genre("an interview", NoteError, "begin it with `---`, `date: …`, `problem: …`, `who: […]`, `---`", "date: …")


def parse_interview(text: str, file: str) -> Interview:
    """Read a file under interviews/: front matter between `---` lines, then what was heard, without names.

    Raises:
        NoteError: the first mistake, with its line in `file`.
    """
    front = read_front_matter(text, file, _GENRE)
    front.refuse_unknown(INTERVIEW_KEYS)
    on = front.needed_day("date", "2026-03-02")
    who = front.texts("who")
    if not who:
        raise front.mistake(
            "who", "`who` is missing", then="add who of the team was there: `who: [maya@harbor.example]`"
        )
    return Interview(
        slug=PurePosixPath(file).stem,
        on=on,
        problem=front.needed("problem", "export-times-out"),
        who=who,
        notes=front.body,
        file=file,
    )
