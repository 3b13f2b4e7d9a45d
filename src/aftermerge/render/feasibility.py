"""Feasibility as a small table and one sentence, and as a JSON document."""

from aftermerge.model.feasibility import Feasibility, Visible
from aftermerge.render.documents import Document
from aftermerge.render.phrases import DESIGNS, Paint, number, plain

_HEAD = ("days", "before/after", "experiment")
MOST_PERCENT = 1000.0
"""A change by more than this is shown as none."""
NEARLY_EQUAL = 1.1
"""Arms whose sizes differ by no more than this factor are said to be equal."""
_BY = {"before_after": f"by {DESIGNS['before_after']}", "randomised": "by an experiment"}


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
    return _cell(answer, row.before_after), _cell(answer, row.experiment)


def _cell(answer: Feasibility, effect: float | None) -> str:
    """A dash where nothing is known, and where only what nobody would call an effect would be seen."""
    if effect is None or (answer.effect.unit == "percent" and effect > MOST_PERCENT):
        return "–"
    return number(effect if answer.good == "up" else -effect, answer.effect.unit)


def _sentence(answer: Feasibility, paint: Paint) -> str:
    """`5% would be seen by before/after in 28 days, by an experiment not within 84 days`."""
    known = {"before_after": answer.past_dates > 0, "randomised": answer.units_a_day is not None}
    asked = {_BY[design]: days for design, days in answer.seen_after_days.items() if known[design]}
    if not asked:
        return paint(f"Whether {answer.effect} would ever be seen can't be said.", "unsure")
    within = f"within {_days(answer.horizon_days)}"
    if not any(asked.values()) and answer.is_shortened:
        return paint(f"{answer.effect} would not be seen {within}: not {' and not '.join(asked)}.", "bad")
    if not any(asked.values()):
        told = f"{answer.effect} would never be seen at this traffic: not {' and not '.join(asked)} {within}."
        return paint(told, "bad")
    seen = [f"{by} in {_days(days)}" for by, days in asked.items() if days]
    unseen = [f"{by} not {within}" for by, days in asked.items() if not days]
    return paint(f"{answer.effect} would be seen {', '.join([*seen, *unseen])}.", "good")


def _rests_on(answer: Feasibility) -> list[str]:
    lines = []
    if answer.past_dates:
        lines.append(
            f"before/after: tried on {answer.past_dates} earlier dates, with its interval as wide as it would be"
        )
    if answer.arms_a_day is not None:
        lines.append(f"experiment: {_units(*answer.arms_a_day)}, as in `{answer.flag}`, looked at every day")
    return [*lines, *answer.unknown]


def _units(control: float, treatment: float) -> str:
    """Of both arms a day."""
    if max(control, treatment) <= NEARLY_EQUAL * min(control, treatment):
        return f"{control + treatment:,.0f} units a day in two equal arms"
    return f"{control:,.0f} : {treatment:,.0f} units a day"


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"
