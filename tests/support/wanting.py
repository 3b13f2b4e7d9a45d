"""What a test needs and does not find: elsewhere it is skipped with the reason, in CI it fails."""

import os
from typing import NoReturn

import pytest


def without(words: str) -> NoReturn:
    """`words` say what is wanting, and what to do about it."""
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)
