"""Takes personal data out of what customers wrote, and says in its place what stood there."""

from aftermerge.hear.redaction.person import persons
from aftermerge.hear.redaction.redact import redact

__all__ = ["persons", "redact"]
