"""Slack's Web API, which says in the body of a 200 what went wrong."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aftermerge.channels.answers import Sent, is_done, read_json
from aftermerge.channels.wording import Wording
from aftermerge.outside.http import Api, Http, Raw, read_base_url, read_token
from aftermerge.outside.http.reading import at, rows, table, text
from aftermerge.outside.keys import Keys
from aftermerge.ports import Delivery

__all__ = ["EVENT", "RIGHT", "SlackWeb", "metadata", "slack_api"]

EVENT = "aftermerge_message"
"""What our messages' metadata is called."""
RIGHT = "give its app that scope"
_PUBLIC = "https://slack.com/api"
_PAGE = 200
_STATUSES: Mapping[int, frozenset[str]] = {
    401: frozenset({"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired"}),
    403: frozenset(
        {"missing_scope", "not_allowed_token_type", "no_permission", "ekm_access_denied", "access_denied",
         "team_access_not_granted", "org_login_required"}
    ),
    404: frozenset(
        {"channel_not_found", "thread_not_found", "message_not_found", "cannot_reply_to_message", "user_not_found",
         "users_not_found"}
    ),
    429: frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"}),
    502: frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"}),
}  # fmt: skip
_WORDS = {
    "is_archived": "its channel is archived",
    "not_in_channel": "the app is not in its channel: invite it there",
    "restricted_action": "the workspace does not let the app write there",
    "restricted_action_read_only_channel": "its channel is read-only",
    "restricted_action_thread_locked": "the thread is locked",
    "msg_too_long": "it is too long",
}


@dataclass(frozen=True, slots=True)
class SlackWeb:
    """The methods of one workspace."""

    http: Http
    wording: Wording

    def write(self, method: str, body: object, *, what: str) -> Sent:
        """One attempt; its outcome with the status that other services would answer."""
        return _by_status(self.http.send("POST", f"/{method}", body, what=what))

    def read(self, method: str, asked: Mapping[str, str | int | None], *, what: str) -> Mapping[str, object] | Raw:
        """What is asked for; or the refusal, where this alone can't be read.

        Raises:
            SettingsError, OutsideError: nothing else could be read either.
        """
        answer = self.http.get(f"/{method}", asked, what=what)
        return self._refused_or_read(answer.body, f"read {what}")

    def make(self, method: str, body: object, *, what: str) -> Mapping[str, object] | Raw:
        """As `read`, by a method that may be repeated and changes nothing for anybody."""
        return self._refused_or_read(self.http.post(f"/{method}", body, what=what).body, f"have {what}")

    def pages(self, method: str, asked: Mapping[str, str | int | None], *, what: str) -> Iterator[object]:
        """Page by page; the last may be a refusal."""
        cursor, more = None, True
        while more:
            page = self.read(method, {**asked, "limit": _PAGE, "cursor": cursor}, what=what)
            yield page
            cursor = text(page, "response_metadata", "next_cursor")
            more = cursor is not None

    def found_in(self, page: object, reference: str) -> Delivery | None:
        """Our message of a page, by its metadata."""
        is_there = any(table(said, "metadata") == metadata(reference) for said in rows(page, "messages"))
        return Delivery("sent") if is_there else None

    def _refused_or_read(self, body: object, what: str) -> Mapping[str, object] | Raw:
        if at(body, "ok") is True:
            return table(body)
        refusal = _refusal(body)
        if refusal.status in (404, 422):
            return refusal
        raise self.wording.unwritten(what, refusal)


def slack_api(keys: Keys, environ: Mapping[str, str]) -> Api:
    """The Slack that a configuration names.

    Raises:
        SettingsError: its address or its token can't be used.
    """
    token = read_token(keys, environ, "SLACK_TOKEN")
    return Api("Slack", read_base_url(keys, _PUBLIC), token, token.bearer())


def metadata(reference: str) -> Mapping[str, object]:
    """What goes with a message, and is shown to nobody."""
    return {"event_type": EVENT, "event_payload": {"reference": reference}}


def _by_status(sent: Sent) -> Sent:
    if not isinstance(sent, Raw) or not is_done(sent):
        return sent
    body = read_json(sent)
    return sent if at(body, "ok") is True else _refusal(body)


def _refusal(body: object) -> Raw:
    """Without an error that we know it was refused; without any error nobody knows."""
    error = text(body, "error")
    known = next((status for status, errors in _STATUSES.items() if error in errors), 422)
    needed = text(body, "needed")
    said = (_WORDS.get(error) or error) if error else "it gives no reason"
    message = f"{said}: it needs {needed}" if needed else said
    return Raw(known if error else 502, {}, json.dumps({"message": message}).encode())
