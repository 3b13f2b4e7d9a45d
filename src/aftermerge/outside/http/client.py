"""A service that is asked: again after a while when it fails, later when it has had enough, and never for too long."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

from aftermerge.outside.http.address import is_loopback, is_same_service, joined
from aftermerge.outside.http.graphql import is_limited, trouble
from aftermerge.outside.http.links import next_link
from aftermerge.outside.http.token import Token
from aftermerge.outside.http.transport import Outcome, Question, Raw, TooLarge, Unreached, WentAway, ask, posted
from aftermerge.outside.http.waiting import backoff, limited_pause, pause, pause_when_limited, quota_pause
from aftermerge.outside.http.wording import MISSING, Wording

__all__ = ["Answer", "Api", "Http", "Limits", "Passport"]

Sleep = Callable[[float], None]
Clock = Callable[[], datetime]
Params = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """`patience` is for how many seconds one pull may wait in all; `tries` how often one question is asked."""

    tries: int = 5
    patience: float = 600.0
    timeout: float = 30.0
    largest: int = 50_000_000
    """Bytes of one answer, decompressed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered: its JSON, and its headers by name in any case."""

    body: object
    headers: Mapping[str, str] = field(repr=False)

    @property
    def next_link(self) -> str | None:
        """The address of the next page, of the `Link` header."""
        return next_link(self.headers.get("link"))


class Passport(Protocol):
    """How we show ourselves to a service for a while: it is made anew, by asking there, before it runs out."""

    def headers(self, http: "Http") -> Mapping[str, str]: ...

    def forget(self) -> None:
        """The service does not take it any more."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Api:
    """A service, where it stands, and how we show ourselves there. `service` is its name, as a user knows it."""

    service: str
    base_url: str
    token: Token
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sleep: Sleep = field(default=time.sleep, repr=False)
    clock: Clock = field(default=_now, repr=False)
    limits: Limits = Limits()
    passport: Passport | None = field(default=None, repr=False)

    @contextmanager
    def open(self) -> Iterator["Http"]:
        """A connection for one pull, with its whole patience."""
        headers = {"User-Agent": "aftermerge", "Accept": "application/json", "Accept-Encoding": "gzip", **self.headers}
        # A proxy of the environment is not asked for what stands on this machine.
        outside = not is_loopback(httpx.URL(self.base_url))
        with httpx.Client(headers=headers, timeout=self.limits.timeout, trust_env=outside) as client:
            yield Http(self, client)


class Http:
    """One pull's questions. Each method raises

    - SettingsError when the token is missing, expired or without the right, or what is asked for is not there;
    - OutsideError when the service does not answer, or wants us to wait for longer than we may.
    """

    def __init__(self, api: Api, client: httpx.Client) -> None:
        self.api = api
        self._client = client
        self._wording = Wording(api.service, api.token)
        self._waited = 0.0
        self._not_before: datetime | None = None

    def get(self, path: str, params: Params | None = None, *, what: str) -> Answer:
        """The JSON at a path below the base, or at a link that the service gave.

        `what` goes on after “has no …”: “issues of harbor/app”.
        """
        return self._insisted(self._question("GET", path, params, what))

    def find(self, path: str, params: Params | None = None, *, what: str) -> Answer | None:
        """As `get`; None when it is not there (any more)."""
        question = self._question("GET", path, params, what)
        raw = self._asked(question)
        return None if raw.status in MISSING else self._read(question, raw)

    def post(self, path: str, body: object, *, what: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a question that has a body. It is asked again like any other: nothing may change by it.

        With headers of its own it goes without the passport.
        """
        question = self._question("POST", path, None, what, posted(body))
        return self._insisted(replace(question, headers=headers or {}))

    def graphql(self, path: str, query: str, variables: Mapping[str, object], *, what: str) -> Answer:
        """The `data` of a GraphQL query. Limits that are told in a body are waited for, too."""
        question = self._question("POST", path, None, what, posted({"query": query, "variables": dict(variables)}))
        raw = self._asked(question, is_limited)
        answer = self._read(question, raw)
        said = trouble(answer.body)
        if said is not None:
            raise self._wording.refused_query(question, said)
        data = answer.body.get("data") if isinstance(answer.body, dict) else None
        return Answer(data, answer.headers)

    def send(self, method: str, path: str, body: object, *, what: str) -> Raw | Unreached:
        """What came of a question that changes something there; without a body where it is None.

        It is asked again only when the service turned it away for asking too much. When it failed otherwise it may have
        been done: whoever asks looks first.
        """
        question = self._question(method, path, None, what, None if body is None else posted(body))
        for attempt in range(self.api.limits.tries):
            answered = self._outcome(question)
            outcome = Unreached("it answers with too much") if isinstance(answered, TooLarge) else answered
            if isinstance(outcome, Unreached):
                return outcome
            now = self.api.clock()
            seconds = pause_when_limited(outcome.status, outcome.headers, outcome.content, attempt, now)
            if seconds is None:
                self._mind_quota(outcome)
                return outcome
            if attempt + 1 < self.api.limits.tries:
                self._wait(seconds)
        raise self._wording.exhausted(question, outcome)

    def _question(
        self, method: str, path: str, params: Params | None, what: str, content: bytes | None = None
    ) -> Question:
        try:
            url = joined(self.api.base_url, path)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            raise self._wording.went_away(Question(method, httpx.URL(), what), WentAway(path)) from None
        given = {name: str(value) for name, value in (params or {}).items() if value is not None}
        question = Question(method, url.copy_merge_params(given) if given else url, what, content)
        if not is_same_service(url, httpx.URL(self.api.base_url)):
            raise self._wording.went_away(question, WentAway(str(url)))
        return question

    def _insisted(self, question: Question) -> Answer:
        return self._read(question, self._asked(question))

    def _read(self, question: Question, raw: Raw) -> Answer:
        if not 200 <= raw.status < 300:
            raise self._wording.refused(question, raw)
        try:
            return Answer(json.loads(raw.content), raw.headers)
        except (ValueError, RecursionError):
            raise self._wording.not_json(question) from None

    def _asked(self, question: Question, is_limited_in: Callable[[Raw], bool] = lambda raw: False) -> Raw:
        """The answer that another try would not change."""
        for attempt in range(self.api.limits.tries):
            outcome = self._once(question)
            seconds = self._pause(outcome, attempt, is_limited_in)
            if seconds is None and isinstance(outcome, Raw):
                self._mind_quota(outcome)
                return outcome
            if attempt + 1 < self.api.limits.tries:
                self._wait(seconds or 0.0)
        raise self._wording.exhausted(question, outcome)

    def _once(self, question: Question) -> Raw | Unreached:
        outcome = self._outcome(question)
        if isinstance(outcome, TooLarge):
            raise self._wording.too_large(question, outcome)
        return outcome

    def _outcome(self, question: Question) -> Raw | Unreached | TooLarge:
        if self._not_before is not None:
            self._wait(max(0.0, (self._not_before - self.api.clock()).total_seconds()))
            self._not_before = None
        outcome = self._shown(question)
        if isinstance(outcome, WentAway):
            raise self._wording.went_away(question, outcome)
        return outcome

    def _shown(self, question: Question) -> Outcome:
        """What is answered to one who shows a passport: once more with a new one where the old one is not taken."""
        passport, largest = self.api.passport, self.api.limits.largest
        if passport is None or question.headers:
            return ask(self._client, question, largest)
        outcome = ask(self._client, replace(question, headers=passport.headers(self)), largest)
        if not isinstance(outcome, Raw) or outcome.status != 401:
            return outcome
        passport.forget()
        return ask(self._client, replace(question, headers=passport.headers(self)), largest)

    def _pause(self, outcome: Raw | Unreached, attempt: int, is_limited_in: Callable[[Raw], bool]) -> float | None:
        if isinstance(outcome, Unreached):
            return backoff(attempt)
        if is_limited_in(outcome):
            return limited_pause(outcome.headers, attempt, self.api.clock())
        return pause(outcome.status, outcome.headers, outcome.content, attempt, self.api.clock())

    def _mind_quota(self, raw: Raw) -> None:
        """An answer that used up the quota is good; the next question waits."""
        now = self.api.clock()
        seconds = quota_pause(raw.headers, now)
        self._not_before = None if seconds is None else now + timedelta(seconds=seconds)

    def _wait(self, seconds: float) -> None:
        if self._waited + seconds > self.api.limits.patience:
            raise self._wording.impatient(self._later(seconds))
        self._waited += seconds
        if seconds > 0:
            self.api.sleep(seconds)

    def _later(self, seconds: float) -> datetime:
        # A service may say any number; a year is as good as never.
        return (self.api.clock() + timedelta(seconds=min(seconds, 366 * 86_400))).astimezone(UTC)
