"""Units, and the moments of them, as SQL would give them."""

import numpy as np
from numpy.typing import NDArray

from aftermerge.stats import Moments

Floats = NDArray[np.float64]


def moments(y: Floats, d: Floats | None = None, x: Floats | None = None, w: Floats | None = None) -> Moments:
    """Of units' numerator and denominator, and of the same before their exposure, (units,)."""
    columns = {"y": y, "d": d, "x": x, "w": w}
    away = {name: np.zeros(len(y)) if c is None else c - c.mean() for name, c in columns.items()}
    means = {"y": float(y.mean())} | {name: float(c.mean()) for name, c in columns.items() if c is not None}
    pairs = (("y", "d"), ("y", "x"), ("d", "x"), ("y", "w"), ("d", "w"), ("x", "w"))
    return Moments(
        n=len(y),
        **{f"mean_{name}": mean for name, mean in means.items()},
        **{f"ss_{name}": float((away[name] ** 2).sum()) for name in columns},
        **{f"sp_{a}{b}": float((away[a] * away[b]).sum()) for a, b in pairs},
    )
