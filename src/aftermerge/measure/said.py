"""Effects and distances in a metric's own unit."""

import math

from aftermerge.model.amount import Unit
from aftermerge.render.phrases import number

_FACTORS: dict[Unit, float] = {"pp": 100.0, "percent": 100.0, "absolute": 1.0}


def factor_of(unit: Unit) -> float:
    """What a share or a rate is multiplied with."""
    return _FACTORS[unit]


def in_unit(effect: float, unit: Unit) -> float:
    """A difference; for a percentage, a difference of logarithms."""
    return _FACTORS[unit] * (math.expm1(effect) if unit == "percent" else effect)


def said(effect: float, unit: Unit) -> str:
    """The same with its sign: `−6.3%`."""
    return number(in_unit(effect, unit), unit)
