"""Why a row can't be kept."""

from collections.abc import Sequence
from dataclasses import dataclass

_EPOCH = "TIMESTAMP '1970-01-01'"


@dataclass(frozen=True, slots=True)
class Reason:
    """`holds` is the condition, as SQL, under which a row can't be kept because of a column."""

    column: str | None
    holds: str
    words: str


UNREADABLE = "not a time"


def reasons_of_time(column: str, is_blank: str, at: str, latest: str) -> tuple[Reason, ...]:
    """`latest` is the last moment that an event may have, as SQL."""
    return (
        Reason(column, is_blank, "blank"),
        Reason(column, f"{at} IS NULL OR NOT isfinite({at})", UNREADABLE),
        Reason(column, f"{at} < {_EPOCH}", "before 1970"),
        Reason(column, f"{at} > {latest}", "in the future"),
    )


def ordered(reasons: Sequence[Reason]) -> str:
    """The number of the first reason, counted from 1, as SQL; 0 where a row can be kept."""
    cases = " ".join(f"WHEN {reason.holds} THEN {place}" for place, reason in enumerate(reasons, 1))
    return f"(CASE {cases} ELSE 0 END)" if cases else "0"
