"""What is said when a service does not take what we write: what happened, and what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, is_gone, read_json
from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from aftermerge.outside.http import Raw, Token, Unreached
from aftermerge.outside.http.reading import at, rows, text
from aftermerge.ports import Posted
from aftermerge.render.untrusted import one_line

__all__ = ["Wording", "going_on"]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one service. `right` says what its token needs; `unfit` are its answers to what it can't take."""

    service: str
    token: Token
    right: str
    unfit: frozenset[int]

    def refused(self, target: str, answer: Raw, *, is_locked: bool) -> Posted | None:
        """The refusal of this one thing alone; None where nothing of its kind would be taken.

        `target` is what was to be written on: “harbor/app#12”.
        """
        if is_gone(answer):
            return Posted("refused", reason=self.missing(target))
        if is_locked:
            return Posted("refused", reason=f"{target} is locked, so that nobody may comment")
        if answer.status in self.unfit:
            return Posted("refused", reason=f"{self.service} can't take it for {target}{self._said(answer)}")
        return None

    def missing(self, target: str) -> str:
        return f"{self.service} has no {target} (any more), or {self.token.named} may not see it"

    def unwritten(self, what: str, sent: Sent) -> AftermergeError:
        """The error when nothing of the kind is taken: `what` goes on after “may not”: “comment on harbor/app#12”."""
        if isinstance(sent, Unreached):
            return self._failed(what, one_line(self.token.hidden(sent.reason)))
        if sent.status == 401:
            return self._expired()
        if sent.status == 403:
            told = f"{self.token.named} may not {what}{self._said(sent)}"
            then = f"{self.right}, at {self.service}, then run it again"
            return SettingsError(told, then=then, key=(self.token.key,))
        return self._failed(what, f"it answers {sent.status}{self._said(sent)}")

    def _failed(self, what: str, reason: str) -> OutsideError:
        return OutsideError(f"{self.service} does not let us {what}: {reason}", then="run it again later")

    def _expired(self) -> SettingsError:
        told = f"{self.service} does not know {self.token.named}: it has expired or was revoked"
        then = f"make a new one there, and set {self.token.variable} to it; then run it again"
        return SettingsError(told, then=then, key=(self.token.key,))

    def _said(self, answer: Raw) -> str:
        """The service's own reason, in brackets."""
        body = read_json(answer)
        parts = [*_texts(at(body, "message")), *(text(one, "message") for one in rows(body, "errors"))]
        told = [part for part in parts if part] or [text(body, "error_description") or text(body, "error") or ""]
        said = one_line(self.token.hidden(": ".join(told)), 200)
        return f" ({said})" if said else ""


@contextmanager
def going_on() -> Iterator[None]:
    """What a service can't do is told as one who writes understands it: what was written is not written twice."""
    try:
        yield
    except OutsideError as error:
        then = "what was written so far stands; run it again later, and it goes on from there"
        raise OutsideError(error.what, then=then) from error


def _texts(value: object) -> Iterator[str]:
    """A text; or those that stand in a table or list of such, as of what is wrong with each field."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
