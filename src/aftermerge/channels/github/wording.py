"""What is said when GitHub does not take what we write: what happened, and what to do next."""

import json

from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from aftermerge.outside.http import Raw, Token, Unreached
from aftermerge.ports import Posted
from aftermerge.render.untrusted import one_line

__all__ = ["again", "refused", "unwritten"]

_MISSING = frozenset({404, 410})


def refused(target: str, answer: Raw, token: Token) -> Posted | None:
    """The refusal of this one thing alone; None where nothing of its kind would be taken.

    `target` is what was to be written on: “harbor/app#12”.
    """
    said = _said(answer, token)
    if answer.status in _MISSING:
        return Posted("refused", reason=missing(target, token))
    if answer.status == 403 and "locked" in said.lower():
        return Posted("refused", reason=f"{target} is locked, so that nobody may comment")
    if answer.status == 422:
        return Posted("refused", reason=f"GitHub can't take it for {target}{said}")
    return None


def missing(target: str, token: Token) -> str:
    return f"GitHub has no {target} (any more), or the token in {token.variable} may not see it"


def unwritten(what: str, answer: Raw | Unreached, token: Token) -> AftermergeError:
    """The error when nothing of the kind is taken: `what` goes on after “may not”: “comment on harbor/app#12”."""
    if isinstance(answer, Unreached):
        reason = one_line(token.hidden(answer.reason))
        return OutsideError(f"GitHub does not let us {what}: {reason}", then="run it again later")
    if answer.status == 401:
        told = f"GitHub does not know the token in {token.variable}: it has expired or was revoked"
        then = f"make a new one there, and set {token.variable} to it; then run it again"
        return SettingsError(told, then=then, key=("token_env",))
    said = _said(answer, token)
    if answer.status == 403:
        then = "let it write pull requests and commit statuses, at GitHub, then run it again"
        return SettingsError(f"the token in {token.variable} may not {what}{said}", then=then, key=("token_env",))
    return OutsideError(f"GitHub does not let us {what}: it answers {answer.status}{said}", then="run it again later")


def again(error: OutsideError) -> OutsideError:
    """The same for one who writes: what was written stands, and is not written twice."""
    return OutsideError(
        error.what, then="what was written so far stands; run it again later, and it goes on from there"
    )


def _said(answer: Raw, token: Token) -> str:
    """GitHub's own reason, in brackets."""
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return ""
    body = body if isinstance(body, dict) else {}
    errors = body.get("errors")
    details = [error.get("message") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    parts = [part for part in (body.get("message"), *details) if isinstance(part, str) and part]
    return f" ({one_line(token.hidden(': '.join(parts)), 200)})" if parts else ""
