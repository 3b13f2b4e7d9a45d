"""Units over periods, some of them treated from one period on: what a synthetic control is made from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aftermerge.errors import StatisticsError

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

LEAST_PERIODS_BEFORE = 3
MOST_UNITS = 500
"""Every untreated unit is taken for treated in turn; with more units difference-in-differences is the design."""
NOISELESS = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Panel:
    """Untreated units, (units, periods), and the mean of the `treated_units` treated ones, (periods,).

    `switch` is the first treated period.
    """

    untreated: Floats
    treated: Floats
    treated_units: int
    switch: int

    @property
    def noise(self) -> float:
        """Standard deviation of the untreated units' changes from period to period before the switch."""
        return float(np.diff(self.untreated[:, : self.switch], axis=1).std(ddof=1))

    @property
    def treated_cells(self) -> int:
        return self.treated_units * (len(self.treated) - self.switch)

    def without(self, units: Indices) -> "Panel":
        """The panel of a placebo: these of the untreated units are taken for the treated ones."""
        rest = np.delete(self.untreated, units, axis=0)
        return Panel(rest, self.untreated[units].mean(axis=0), len(units), self.switch)


def panel_of(Y: ArrayLike, treated: ArrayLike, switch: int) -> Panel:
    """
    Raises:
        StatisticsError: the values are no table of finite numbers, the switch lies outside it, `treated` names no
            unit of it, too few units are left untreated, or the untreated ones do not vary.
    """
    values = np.asarray(Y, dtype=np.float64)
    _refuse_values(values, switch)
    chosen = _chosen(treated, len(values))
    panel = Panel(values[~chosen], values[chosen].mean(axis=0), int(chosen.sum()), switch)
    _refuse_units(panel)
    return panel


def _refuse_values(values: Floats, switch: int) -> None:
    if values.ndim != 2:
        raise StatisticsError(
            f"values of {values.ndim} dimension{'s' if values.ndim != 1 else ''}; units and periods are wanted"
        )
    if not np.isfinite(values).all():
        unit, period = np.argwhere(~np.isfinite(values))[0]
        raise StatisticsError(f"unit {unit} has no finite value in period {period}; every unit needs one in each")
    if not LEAST_PERIODS_BEFORE <= switch < values.shape[1]:
        bounds = f"{LEAST_PERIODS_BEFORE} periods before it and one from it on are the least"
        raise StatisticsError(f"the switch, {switch}, does not fit into {values.shape[1]} periods: {bounds}")


def _chosen(treated: ArrayLike, units: int) -> NDArray[np.bool_]:
    """The treated units as a mask, from an index, indices or a mask."""
    given = np.atleast_1d(np.asarray(treated))
    if given.dtype == bool:
        if given.shape != (units,):
            raise StatisticsError(f"a mask of {given.size} units for {units}")
        chosen = given
    else:
        inside = given.size and np.issubdtype(given.dtype, np.integer) and given.min() >= 0 and given.max() < units
        if not inside:
            raise StatisticsError(f"the treated units, {given.tolist()}, are not among the {units} units")
        chosen = np.isin(np.arange(units), given)
    if not chosen.any():
        raise StatisticsError("no unit is treated")
    return chosen


def _refuse_units(panel: Panel) -> None:
    untreated, least = len(panel.untreated), panel.treated_units + 1
    if untreated < max(least, 2):
        told = f"{untreated} untreated unit{'s' if untreated != 1 else ''}"
        raise StatisticsError(f"{told}; with {panel.treated_units} treated, {max(least, 2)} are the least")
    if untreated > MOST_UNITS:
        raise StatisticsError(f"{untreated} untreated units; a synthetic control is for {MOST_UNITS} at the most")
    if panel.noise <= NOISELESS * max(1.0, float(np.abs(panel.untreated).max())):
        raise StatisticsError("the untreated units do not vary before the switch, or all by the same steps")
