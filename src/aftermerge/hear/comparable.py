"""The texts that are held against one another: without placeholders, and none that says too little."""

from aftermerge.hear.redaction.placeholders import without_placeholders
from aftermerge.hear.words import terms_of
from aftermerge.model.feedback import Feedback

__all__ = ["LEAST_WORDS", "comparable"]

LEAST_WORDS = 3


def comparable(row: Feedback) -> str | None:
    """None where fewer than `LEAST_WORDS` words are left."""
    text = without_placeholders(row.text)
    return text if len(terms_of(text)) >= LEAST_WORDS else None
