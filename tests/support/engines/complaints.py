"""What the customers of the contract suite wrote."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

import numpy as np

from aftermerge.model.feedback import Feedback
from support.engines.tables import FIRST_DAY


def complaints() -> Iterable[Feedback]:
    """About three a day, a third of them about one problem; the first in the first hour, the last in the last."""
    rng = np.random.default_rng(8)
    days = sorted([10.001, *rng.uniform(10, 100, 300), 99.999])
    start = datetime.combine(FIRST_DAY, time(), UTC)
    for index, day in enumerate(days):
        yield Feedback(
            external_id=str(index),
            source="desk",
            time=start + timedelta(days=float(day)),
            text="It is slow",
            rating=float(index % 5 + 1),
            problem=["slow export", None, "señal perdida"][index % 3],
        )
