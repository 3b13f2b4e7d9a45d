"""An amount with its unit: how much of an effect is worth having, or expected."""

import re
from dataclasses import dataclass
from typing import Literal

from aftermerge.errors import InputError

Unit = Literal["pp", "percent", "absolute"]

_AMOUNT = re.compile(r"^\s*([+\-−]?\d+(?:\.\d+)?)\s*(pp|%)?\s*$")
_UNITS: dict[str | None, Unit] = {"pp": "pp", "%": "percent", None: "absolute"}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in its unit: `1pp` is 1 percentage point, `5%` is 5 percent of the baseline."""

    value: float
    unit: Unit

    def __str__(self) -> str:
        sign = {"pp": "pp", "percent": "%", "absolute": ""}[self.unit]
        return f"{self.value:g}{sign}"


def parse_amount(text: str | float) -> Amount:
    """Read `1pp`, `+5%` or `0.2`.

    Raises:
        InputError: the text is none of these.
    """
    match = _AMOUNT.match(str(text))
    if match is None:
        raise InputError(f"`{text}` is not an amount", then="write `1pp`, `5%` or a plain number")
    return Amount(float(match[1].replace("−", "-")), _UNITS[match[2]])
