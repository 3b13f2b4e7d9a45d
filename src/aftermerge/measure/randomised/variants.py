"""Which variants are set against each other."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftermerge.errors import StatisticsError
from aftermerge.measure.case import Case

CONTROL_NAMES = ("control", "off", "false", "0", "a", "baseline")


@dataclass(frozen=True, slots=True)
class Pair:
    control: str
    treatment: str


def pair_of(case: Case, exposed: Mapping[str, int]) -> Pair:
    """Which variant is the control, and which the treatment that the verdict is about: the bet says, or the names do.

    Raises:
        StatisticsError: neither does, or a variant that the bet names was never given.
    """
    names, control = sorted(exposed), control_of(case, exposed)
    others = [name for name in names if name != control]
    treatment = case.treatment or (others[0] if len(others) == 1 else None)
    seen = f"the variants seen are {', '.join(names) or 'none'}"
    if treatment is None and control in names and len(others) > 1:
        raise StatisticsError(f"{seen}; write into the bet which `treatment:` the verdict is about")
    if control is None or treatment is None or control == treatment or not {control, treatment} <= set(names):
        raise StatisticsError(f"{seen}; write `control:` and `treatment:` into the bet")
    return Pair(control, treatment)


def control_of(case: Case, exposed: Mapping[str, int]) -> str | None:
    """The variant that the bet calls its control, or the only one with a control's name."""
    known = [name for name in sorted(exposed) if name.lower() in CONTROL_NAMES]
    return case.control or (known[0] if len(known) == 1 else None)


def other_pairs(case: Case, exposed: Mapping[str, int], headline: Pair | None) -> tuple[Pair, ...]:
    """Every further treatment against the control; all of them where no one is named."""
    control = headline.control if headline else control_of(case, exposed)
    if control is None or control not in exposed or len(exposed) < 3:
        return ()
    taken = {control, headline.treatment if headline else None}
    return tuple(Pair(control, name) for name in sorted(exposed) if name not in taken)
