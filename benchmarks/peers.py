"""What a user would pick instead, each with its defaults. Each says whether it would speak of an effect, at 95%.

All are given the same: one series on the log scale with its day of week and its controls (days, controls), and the index
of the first day after the change. None is given a past to learn from, since none of them asks for one.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ttest_ind

Floats = NDArray[np.float64]
Peer = Callable[[Floats, int, NDArray[np.int64], Floats], bool]

LEVEL = 0.95
HAC_LAGS = 7


def t_test(y: Floats, switch: int, weekday: NDArray[np.int64], controls: Floats) -> bool:
    """Welch, as many days before as after. Assumes days that do not depend on one another."""
    after = y[switch:]
    return bool(ttest_ind(y[max(0, switch - len(after)) : switch], after, equal_var=False).pvalue < 1 - LEVEL)


def interrupted_time_series(y: Floats, switch: int, weekday: NDArray[np.int64], controls: Floats) -> bool:
    """Least squares with a step at the switch; Newey and West's (1987) errors over seven lags."""
    from statsmodels.regression.linear_model import OLS

    step = (np.arange(len(y)) >= switch).astype(float)
    design = np.column_stack([step, _design(len(y), weekday, controls)])
    found = OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": HAC_LAGS})
    return bool(found.pvalues[0] < 1 - LEVEL)


def conformal(y: Floats, switch: int, weekday: NDArray[np.int64], controls: Floats) -> bool:
    """Chernozhukov, Wüthrich and Zhu (2021): the null imposed on all days, residuals shifted round (moving block).

    The statistic is the absolute mean residual after the switch.
    """
    design = _design(len(y), weekday, controls)
    residuals = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    after = len(y) - switch
    sums = np.abs(np.convolve(np.concatenate([residuals, residuals[: after - 1]]), np.ones(after), "valid"))
    return bool((sums >= sums[switch] - 1e-12).mean() <= 1 - LEVEL)


def causal_impact(y: Floats, switch: int, weekday: NDArray[np.int64], controls: Floats) -> bool:
    """Brodersen et al. (2015), by a port of R's bsts with that package's defaults: a local level, no season."""
    from causal_impact import CausalImpact

    found = CausalImpact(np.column_stack([y, controls]), [0, switch - 1], [switch, len(y) - 1]).summary_stats
    return not found["ci_lower"] <= 0 <= found["ci_upper"]


def _design(days: int, weekday: NDArray[np.int64], controls: Floats) -> Floats:
    """Level, trend, six weekdays, controls. (days, columns)."""
    trend = (np.arange(days) - days / 2) / days
    week = (weekday[:, None] == np.arange(6)).astype(float)
    return np.column_stack([np.ones(days), trend, week, controls])
