"""The form of the index: what is kept of a piece of feedback, and how.

The words themselves are not kept, only where each stands: what is shown comes from the ledger. A change of form, or of
how words are told apart (`hear.words`), raises `FORM`, and every index is filled anew.
"""

from datetime import UTC, datetime, timedelta

import tantivy

from aftermerge.hear.words import terms_of
from aftermerge.model.feedback import Feedback

__all__ = ["FORM", "NAMES", "SCHEMA", "document", "kept", "microseconds", "opened"]

FORM = 1
NAMES = ("source", "account", "version", "problem")
"""What is filtered by, letter for letter."""

_TOKENIZER = "terms"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=_TOKENIZER, index_option="position")
    for name in NAMES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_float_field("rating", fast=True)
    builder.add_integer_field("time", fast=True)
    return builder.build()


SCHEMA = _schema()


def opened(index: tantivy.Index) -> tantivy.Index:
    """Ready for texts whose words were told apart already, with a space between them."""
    index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def document(feedback: Feedback) -> tantivy.Document:
    found = tantivy.Document()
    found.add_text("id", feedback.id)
    found.add_text("text", " ".join(terms_of(feedback.text)))
    for name in NAMES:
        value = getattr(feedback, name)
        if value is not None:
            found.add_text(name, kept(value))
    if feedback.rating is not None:
        found.add_float("rating", float(feedback.rating))
    found.add_integer("time", microseconds(feedback.time))
    return found


def kept(name: str) -> str:
    """A name as it can be kept: what is no character has no place in an index."""
    return name.encode("utf-8", "replace").decode()


def microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
