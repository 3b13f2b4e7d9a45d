"""How a readout is said in words."""

from collections.abc import Callable, Mapping
from datetime import date

from aftermerge.model.amount import Unit
from aftermerge.model.helpfulness import Helpfulness
from aftermerge.model.message import Helped
from aftermerge.model.readout import Design, Readout, Verdict
from aftermerge.render.untrusted import one_line

Paint = Callable[[str, str], str]
"""Text and a style (`good`, `bad`, `quiet`, `strong`, `unsure`) → the text, coloured or not."""

VERDICTS: dict[Verdict | None, str] = {
    "improved": "improved",
    "harmed": "harmed",
    "no_change": "no meaningful change",
    "too_early": "too early",
    "cannot_tell": "cannot tell",
    None: "reported",
}
MARKS: dict[Verdict | None, str] = {
    "improved": "▲",
    "harmed": "▼",
    "no_change": "=",
    "too_early": "…",
    "cannot_tell": "?",
    None: "·",
}
HELPED: Mapping[Helped, str] = {"yes": "yes", "partly": "partly", "no": "no", "not_tried": "not tried yet"}
STYLES: dict[Verdict | None, str] = {"improved": "good", "harmed": "bad", "no_change": "strong"}
DESIGNS: dict[Design, str] = {
    "randomised": "randomised",
    "staggered": "staggered rollout",
    "controlled": "before/after with controls",
    "before_after": "before/after",
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SIGNS: dict[Unit, str] = {"pp": " pp", "percent": "%", "absolute": ""}


def plain(text: str, _style: str) -> str:
    """The paint that is none."""
    return text


def verdict_of(readout: Readout, paint: Paint = plain) -> str:
    """`▲ improved`, in its colour."""
    told = f"{MARKS[readout.verdict]} {VERDICTS[readout.verdict]}"
    return paint(told, STYLES.get(readout.verdict, "unsure"))


def worth(readout: Readout) -> str:
    return f"{readout.worth:g}{_SIGNS[readout.unit]}"


def number(value: float, unit: Unit) -> str:
    """With its sign and unit, and with as many digits as its size deserves."""
    return _signed(value, _digits(abs(value))) + _SIGNS[unit]


def effect(readout: Readout) -> str:
    """`+5.2 pp [+3.1, +7.4]`, or nothing where nothing could be computed: as many digits as the interval deserves."""
    if readout.estimate is None or readout.low is None or readout.high is None:
        return ""
    return interval(readout.estimate, readout.low, readout.high, readout.unit)


def interval(estimate: float, low: float, high: float, unit: Unit) -> str:
    digits = _digits((high - low) / 2)
    return f"{_signed(estimate, digits)}{_SIGNS[unit]} [{_signed(low, digits)}, {_signed(high, digits)}]"


def span(low: float, high: float, unit: Unit) -> str:
    """`−7.3% to +1.4%`."""
    digits = _digits((high - low) / 2)
    return f"{_signed(low, digits)}{_SIGNS[unit]} to {_signed(high, digits)}{_SIGNS[unit]}"


def made_up_of(weights: Mapping[str, float]) -> str:
    """`33% Utah, 23% Nevada, …`: the largest first, and only those of 1% or more."""
    shown = sorted(((weight, name) for name, weight in weights.items() if weight >= 0.01), key=lambda w: (-w[0], w[1]))
    more = ["…"] if any(0 < weight < 0.01 for weight in weights.values()) else []
    return ", ".join([*(f"{weight:.0%} {one_line(name, 40)}" for weight, name in shown), *more])


def _digits(size: float) -> int:
    return 0 if size >= 20 else 1 if size >= 2 else 2 if size >= 0.1 or size == 0 else 4


def _signed(value: float, digits: int) -> str:
    return f"{value:+,.{digits}f}".replace("-", "−")


def provenance(readout: Readout) -> str:
    """By which right it is said: `grade A, randomised, 12,340 : 12,298 units`."""
    parts = [f"grade {readout.grade}", DESIGNS[readout.design]]
    if readout.units:
        parts.append(" : ".join(f"{count:,}" for _, count in sorted(readout.units.items())) + " units")
    if readout.window:
        parts.append(days(*readout.window))
    if readout.retrospective and readout.verdict is not None:
        parts.append("retrospective")
    return ", ".join(parts)


def days(first: date, last: date) -> str:
    return f"{first:%-d %b %Y} – {last:%-d %b %Y}"


def in_words(count: int) -> str:
    """Small numbers as one would say them."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def people(count: int, one: str = "customer", many: str = "customers") -> str:
    return f"{count:,} {one if count == 1 else many}"


def said_of_help(found: Helpfulness) -> str:
    """`asked whether it helped: 3 yes, 1 no; 5 have not said`."""
    counts = [f"{found.said[helped]:,} {told}" for helped, told in HELPED.items() if found.said[helped]]
    silent = f"{people(found.silent, 'has', 'have')} not said"
    return f"asked whether it helped: {'; '.join([', '.join(counts), silent] if counts else [silent])}"
