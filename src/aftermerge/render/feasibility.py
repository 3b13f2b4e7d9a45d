"""Feasibility as a small table and one sentence, and as a JSON document."""

from aftermerge.model.feasibility import Feasibility, Visible
from aftermerge.render.documents import Document
from aftermerge.render.phrases import DESIGNS, Paint, number, plain

_HEAD = ("days", "before/after", "experiment")


def feasibility_text(answer: Feasibility, paint: Paint = plain) -> str:
    """The smallest improvement that would be seen, by days; then what that means for the one sought."""
    lines = []
    if answer.past_dates or answer.units_a_day is not None:
        head = f"{answer.title}: the smallest improvement that would be seen four times in five"
        lines += [paint(head, "strong"), "", paint(_row(*_HEAD), "quiet")]
        lines += [*(_row(str(row.days), *_cells(answer, row)) for row in answer.visible), ""]
    lines.append(_sentence(answer, paint))
    lines += [paint(line, "quiet") for line in _rests_on(answer)]
    return "\n".join(lines)


def feasibility_document(answer: Feasibility) -> Document:
    return {
        "metric": answer.metric,
        "unit": answer.effect.unit,
        "effect": answer.effect.value,
        "visible": [
            {"days": row.days, "before_after": row.before_after, "experiment": row.experiment} for row in answer.visible
        ],
        "seen_after_days": {
            "before_after": answer.seen_after_days["before_after"],
            "experiment": answer.seen_after_days["randomised"],
        },
        "horizon_days": answer.horizon_days,
        "past_dates": answer.past_dates,
        "units_a_day": answer.units_a_day,
        "flag": answer.flag,
        "unknown": list(answer.unknown),
    }


def _row(days: str, before_after: str, experiment: str) -> str:
    return f"  {days:>4}  {before_after:>14}  {experiment:>14}"


def _cells(answer: Feasibility, row: Visible) -> tuple[str, str]:
    sign = 1 if answer.good == "up" else -1
    found = ("–" if e is None else number(sign * e, answer.effect.unit) for e in (row.before_after, row.experiment))
    before_after, experiment = found
    return before_after, experiment


def _sentence(answer: Feasibility, paint: Paint) -> str:
    """`5% would be seen by before/after in 28 days; by an experiment never at this traffic`."""
    known = {"before_after": answer.past_dates > 0, "randomised": answer.units_a_day is not None}
    parts = []
    for design, days in answer.seen_after_days.items():
        if known[design]:
            by = DESIGNS[design] if design == "before_after" else "an experiment"
            parts.append(f"by {by} {f'in {days} days' if days else f'not within {answer.horizon_days} days'}")
    if not parts:
        return paint(f"Whether {answer.effect} would ever be seen can't be said.", "unsure")
    if not any(answer.seen_after_days.values()):
        told = f"{answer.effect} would never be seen at this traffic: {' and '.join(parts)}."
        return paint(told, "bad")
    return paint(f"{answer.effect} would be seen {', '.join(parts)}.", "good")


def _rests_on(answer: Feasibility) -> list[str]:
    lines = []
    if answer.past_dates:
        lines.append(
            f"before/after: tried on {answer.past_dates} earlier dates, with its interval as wide as it would be"
        )
    if answer.units_a_day is not None:
        lines.append(f"experiment: {answer.units_a_day:,.0f} units a day, as in `{answer.flag}`, looked at every day")
    return [*lines, *answer.unknown]
