"""The best that can be done: generalised least squares by one who knows the true covariance of the errors.

It knows neither level, trend, day of week nor effect. Blind spot: errors that are not normal, where it is not the best.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.simulated import Draw

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """Errors of the estimate, (n,), and the half-width of the 95% interval, the same for all."""

    errors: Floats
    half_width: float

    def speaks(self, lifts: Floats | float = 0.0) -> NDArray[np.bool_]:
        """Of an effect that moves the mean log by `lifts`, (n,)."""
        return np.abs(self.errors + lifts) > self.half_width


def known_covariance(draw: Draw) -> Known:
    days, switch = draw.logs.shape[1], draw.switch
    trend = (np.arange(days) - switch / 2) / switch
    design = np.column_stack([np.ones(days), trend, draw.weekday[:, None] == np.arange(6)])
    before, after = design[:switch], design[switch:].mean(axis=0)
    shared, link = draw.covariance[:switch, :switch], draw.covariance[:switch, switch:].mean(axis=1)
    solved = np.linalg.solve(shared, np.column_stack([link, before]))
    carried, whitened = solved[:, 0], solved[:, 1:]
    reach = after - before.T @ carried
    leverage = np.linalg.solve(before.T @ whitened, reach)
    variance = draw.covariance[switch:, switch:].mean() - link @ carried + reach @ leverage
    logs = draw.logs - draw.explained
    errors = logs[:, switch:].mean(axis=1) - logs[:, :switch] @ (carried + whitened @ leverage)
    return Known(errors, float(norm.ppf(0.975)) * float(variance) ** 0.5)
