"""Units, and the moments of them, as SQL would give them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aftermerge.stats import Moments

Floats = NDArray[np.float64]


def moments(
    y: ArrayLike, d: ArrayLike | None = None, x: ArrayLike | None = None, w: ArrayLike | None = None
) -> Moments:
    """Of units' numerator and denominator, and of the same before their exposure, (units,)."""
    given = {"y": y, "d": d, "x": x, "w": w}
    columns = {name: np.asarray(c, dtype=np.float64) for name, c in given.items() if c is not None}
    means = {name: float(c.mean()) for name, c in columns.items()}
    n = len(columns["y"])
    away = {name: columns[name] - means[name] if name in columns else np.zeros(n) for name in given}
    pairs = (("y", "d"), ("y", "x"), ("d", "x"), ("y", "w"), ("d", "w"), ("x", "w"))
    return Moments(
        n=n,
        **{f"mean_{name}": mean for name, mean in means.items()},
        **{f"ss_{name}": float((away[name] ** 2).sum()) for name in given},
        **{f"sp_{a}{b}": float((away[a] * away[b]).sum()) for a, b in pairs},
    )
