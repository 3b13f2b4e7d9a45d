"""Made-up feedback about a few subjects, said in many ways."""

import numpy as np
from numpy.typing import NDArray

SUBJECTS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("export", "download", "csv"),
        ("stops", "times out", "fails", "hangs"),
        ("halfway", "every night", "on big files"),
    ),
    (
        ("login", "password", "sign in"),
        ("is refused", "loops", "asks again"),
        ("on my phone", "after the reset", "today"),
    ),
    (
        ("invoice", "billing", "charge"),
        ("came twice", "is wrong", "shows tax"),
        ("this month", "for our team", "again"),
    ),
    (("chart", "graph", "dashboard"), ("colours", "labels", "axes"), ("overlap", "are unreadable", "vanish in print")),
    (
        ("calendar", "reminder", "meeting"),
        ("is an hour off", "ignores summer time"),
        ("in Lisbon", "for guests", "weekly"),
    ),
    (
        ("search", "filter", "query"),
        ("finds nothing", "misses tags", "is slow"),
        ("in the archive", "for old notes", "now"),
    ),
)
_AROUND = ("please", "hello", "the", "it", "my", "I think that", "why does", "since the update", "thanks", "really")


def spoken(each: int) -> tuple[list[str], NDArray[np.int64]]:
    """So many texts about each subject, mixed, and the subject of each."""
    rng = np.random.default_rng(3)
    subjects = rng.permutation(np.repeat(np.arange(len(SUBJECTS)), each))
    return [_sentence(SUBJECTS[subject], rng) for subject in subjects], subjects


def _sentence(parts: tuple[tuple[str, ...], ...], rng: np.random.Generator) -> str:
    said = [str(rng.choice(part)) for part in parts]
    before, after = (str(rng.choice(_AROUND)) for _ in range(2))
    return f"{before} {said[0]} {said[1]} {said[2]} {after}"
