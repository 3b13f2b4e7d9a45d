"""The real data, where a machine has them."""

import os
from pathlib import Path

from support.wanting import without

VARIABLE = "AFTERMERGE_REAL_DATA"


def real_data(*parts: str) -> Path:
    """A file of the real data; skips the test where there are none, and fails where they must be there."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        without(f"{VARIABLE} is not set: the real data are not on this machine")
    path = Path(folder, *parts)
    assert path.exists(), f"{path} is missing"
    return path
