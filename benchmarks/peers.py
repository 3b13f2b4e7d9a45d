"""What a user would pick instead, each with its defaults: would it speak of an effect, at 95%?

None is given a past to learn from, since none of them asks for one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ttest_ind

Floats = NDArray[np.float64]

ALPHA = 0.05
HAC_LAGS = 7


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What each is given: logs (days,), the index of the first day after the change, day of week, controls.

    `controls` are logs too, (days, controls), none or more.
    """

    y: Floats
    switch: int
    weekday: NDArray[np.int64]
    controls: Floats

    @property
    def design(self) -> Floats:
        """Level, trend, weekdays but the last that there is, controls. (days, columns)."""
        days = len(self.y)
        trend = (np.arange(days) - days / 2) / days
        week = (self.weekday[:, None] == np.unique(self.weekday)[:-1]).astype(float)
        return np.column_stack([np.ones(days), trend, week, self.controls])


def t_test(seen: Seen) -> bool:
    """Welch, as many days before as after. Assumes days that do not depend on one another."""
    after = seen.y[seen.switch :]
    before = seen.y[max(0, seen.switch - len(after)) : seen.switch]
    return bool(ttest_ind(before, after, equal_var=False).pvalue < ALPHA)


def interrupted_time_series(seen: Seen) -> bool:
    """Least squares with a step at the switch; Newey and West's (1987) errors over seven lags."""
    from statsmodels.regression.linear_model import OLS

    step = (np.arange(len(seen.y)) >= seen.switch).astype(float)
    found = OLS(seen.y, np.column_stack([step, seen.design])).fit(cov_type="HAC", cov_kwds={"maxlags": HAC_LAGS})
    return bool(found.pvalues[0] < ALPHA)


def conformal(seen: Seen) -> bool:
    """Chernozhukov, Wüthrich and Zhu (2021): the null imposed on all days, residuals shifted round (moving block).

    The statistic is the absolute mean residual after the switch.
    """
    design, after = seen.design, len(seen.y) - seen.switch
    residuals = seen.y - design @ np.linalg.lstsq(design, seen.y, rcond=None)[0]
    sums = np.abs(np.convolve(np.concatenate([residuals, residuals[: after - 1]]), np.ones(after), "valid"))
    return bool((sums >= sums[seen.switch] - 1e-12).mean() <= ALPHA)


def causal_impact(seen: Seen) -> bool:
    """Brodersen et al. (2015), by a port of R's bsts with that package's defaults: a local level, no season."""
    from causal_impact import CausalImpact

    data = np.column_stack([seen.y, seen.controls])
    found = CausalImpact(data, [0, seen.switch - 1], [seen.switch, len(seen.y) - 1]).summary_stats
    return not found["ci_lower"] <= 0 <= found["ci_upper"]


Peer = Callable[[Seen], bool]

PEERS: dict[str, Peer] = {
    "t-test, 28 v 28 days": t_test,
    "interrupted time series, HAC(7)": interrupted_time_series,
    "CausalImpact (bsts port)": causal_impact,
    "conformal moving block": conformal,
}
