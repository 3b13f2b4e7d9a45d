"""What is said when a service can't be read: what happened, and what to do next. Never a token, never a header."""

import json
from datetime import datetime

from aftermerge.errors import AftermergeError, OutsideError, SettingsError
from aftermerge.outside.http.graphql import trouble
from aftermerge.outside.http.token import Token
from aftermerge.outside.http.transport import Question, Raw, TooLarge, Unreached, WentAway

__all__ = ["MISSING", "Wording"]

MISSING = frozenset({404, 410, 451})
_KEPT = "what was read so far is kept"
_SAID_CHARACTERS = 200


class Wording:
    """The errors of one service, which it names."""

    def __init__(self, service: str, token: Token) -> None:
        self.service = service
        self.token = token

    def refused(self, question: Question, answer: Raw) -> AftermergeError:
        """The error of an answer that is neither what was asked for nor worth another try."""
        if answer.status == 401:
            return self._no_entry()
        if answer.status == 403:
            return self._no_right(question, answer)
        if answer.status in MISSING:
            return self._missing(question)
        what = f"{self.service} does not hand out {question.what}: it answers {answer.status}{self._said(answer)}"
        return OutsideError(what, then=f"{_KEPT}; look at the source's keys, then sync again")

    def exhausted(self, question: Question, outcome: Raw | Unreached) -> OutsideError:
        """The error after the last try."""
        reason = outcome.reason if isinstance(outcome, Unreached) else f"it answers {outcome.status}"
        what = f"{self.service} does not hand out {question.what}: {self._printable(reason)}"
        return OutsideError(what, then=f"{_KEPT}; sync again later")

    def impatient(self, until: datetime) -> OutsideError:
        """The error when the service wants us to wait for longer than one pull may."""
        what = f"{self.service} has had enough questions for now, until {until:%Y-%m-%d %H:%M} UTC"
        return OutsideError(what, then=f"{_KEPT}; sync again after that, and it goes on from there")

    def too_large(self, question: Question, outcome: TooLarge) -> OutsideError:
        what = f"{self.service} answers with more than {outcome.limit // 1_000_000} MB for {question.what}"
        return OutsideError(what, then=f"{_KEPT}; ask for less, by the source's keys")

    def went_away(self, question: Question, outcome: WentAway) -> OutsideError:
        what = f"{self.service} sends us elsewhere for {question.what}: {self._printable(outcome.address)}"
        return OutsideError(what, then="if the service stands there now, name that address in the source's keys")

    def not_json(self, question: Question) -> OutsideError:
        what = f"{self.service} does not answer in JSON for {question.what}"
        return OutsideError(what, then="look whether a proxy or a login page stands in between, then sync again")

    def refused_query(self, question: Question, said: str) -> OutsideError:
        what = f"{self.service} does not hand out {question.what}: {self._printable(said)}"
        return OutsideError(what, then=f"{_KEPT}; look at what the token may read, then sync again")

    def _no_entry(self) -> SettingsError:
        token = self.token
        if token.value is None:
            what = f"{self.service} wants a {token.noun}: {token.variable} is not set"
        else:
            what = f"{self.service} does not know {token.named}: it has expired or was revoked"
        then = f"make a new one there, and set {token.variable} to it; then sync again"
        return SettingsError(what, then=then, key=(token.key,))

    def _no_right(self, question: Question, answer: Raw) -> SettingsError:
        if self.token.value is None:
            return self._no_entry()
        what = f"{self.token.named} may not read {question.what}{self._said(answer)}"
        return SettingsError(what, then=f"let it read that, at {self.service}, then sync again", key=(self.token.key,))

    def _missing(self, question: Question) -> SettingsError:
        what = f"{self.service} has no {question.what}"
        if self.token.value is None:
            then = f"look at how it is spelt; what is not public needs a {self.token.noun} in {self.token.variable}"
        else:
            then = f"look at how it is spelt, and whether {self.token.named} may see it"
        return SettingsError(what, then=then)

    def _said(self, answer: Raw) -> str:
        """What the service says about it, in a line."""
        try:
            body = json.loads(answer.content)
        except (ValueError, RecursionError):
            return ""
        told = (body.get("message") or body.get("error")) if isinstance(body, dict) else None
        said = told or trouble(body)
        return f" ({self._printable(said)})" if isinstance(said, str) and said else ""

    def _printable(self, text: str) -> str:
        line = " ".join(self.token.hidden(text).split())
        short = line if len(line) <= _SAID_CHARACTERS else f"{line[: _SAID_CHARACTERS - 1]}…"
        return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in short)
