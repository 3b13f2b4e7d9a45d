"""What a GraphQL service says went wrong, which it says in its body, whatever the status."""

import json

from aftermerge.outside.http.transport import Raw

__all__ = ["is_limited", "trouble"]

_LIMITED = frozenset({"RATE_LIMITED", "RATELIMITED"})


def is_limited(raw: Raw) -> bool:
    """Whether the answer is that we ask too much."""
    if b"RATE" not in raw.content:
        return False
    try:
        body = json.loads(raw.content)
    except (ValueError, RecursionError):
        return False
    return any(_kind(error) in _LIMITED for error in _errors(body))


def trouble(body: object) -> str | None:
    """What the service says of the query; None when it went well."""
    errors = _errors(body)
    if not errors:
        return None
    said = errors[0].get("message")
    return said if isinstance(said, str) and said else "it gives no reason"


def _errors(body: object) -> list[dict[str, object]]:
    errors = body.get("errors") if isinstance(body, dict) else None
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _kind(error: dict[str, object]) -> object:
    """`type` at the top, or `code` in the extensions: services differ."""
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return error.get("type") or code
