"""Which tool sent a body, by its own marks; and the room in which its bodies are converted."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.outside.http.reading import at, table
from aftermerge.outside.plugins import names, plugin

__all__ = ["GROUP", "TIMELESS", "HeardIn", "load", "tool_of", "tools"]

GROUP = "aftermerge.payloads"
TIMELESS = frozenset({"freshdesk"})
"""Tools whose bodies mostly say no time: they are told when the file was written, as `received_at`."""

HeardIn = Callable[[Mapping[str, object], str], Sequence[Item | NotHeard]]
"""(body, source) → what customers say in it, or why nobody does."""


def tools() -> tuple[str, ...]:
    """Every tool whose bodies can be converted."""
    return tuple(names(GROUP))


def load(tool: str) -> HeardIn:
    """Raises KeyError where no installed room converts the bodies of that tool."""
    found = plugin(GROUP, tool)
    if found is None:
        raise KeyError(tool)
    return cast("HeardIn", found)


def tool_of(body: Mapping[str, object]) -> str | None:
    """The tool that sent a body; None where it has the marks of none."""
    return next((tool for tool, is_from in _MARKS.items() if is_from(body)), None)


def _has(body: Mapping[str, object], *keys: str) -> bool:
    return all(key in body for key in keys)


def _is_gitlab(body: Mapping[str, object]) -> bool:
    return "object_kind" in body or (_has(body, "event_name") and _has(body, "project_id"))


def _is_jira(body: Mapping[str, object]) -> bool:
    return "webhookEvent" in body or (_has(body, "issue", "timestamp", "user") and "key" in table(body, "issue"))


def _is_linear(body: Mapping[str, object]) -> bool:
    return _has(body, "action", "type", "data") and ("webhookTimestamp" in body or "organizationId" in body)


def _is_intercom(body: Mapping[str, object]) -> bool:
    return at(body, "type") == "notification_event" and "topic" in body


def _is_delighted(body: Mapping[str, object]) -> bool:
    return _has(body, "event_type", "event_data")


def _is_freshdesk(body: Mapping[str, object]) -> bool:
    return "freshdesk_webhook" in body


def _is_front(body: Mapping[str, object]) -> bool:
    return _has(body, "emitted_at", "conversation", "type")


def _is_zendesk(body: Mapping[str, object]) -> bool:
    kind = at(body, "type")
    return (isinstance(kind, str) and kind.startswith("zen:event-type:")) or _has(body, "zendesk_event_version")


def _is_sentry(body: Mapping[str, object]) -> bool:
    data = table(body, "data")
    sent = bool({"issue", "event", "error", "issue_alert", "comment_id"} & set(data))
    old = _has(body, "project", "culprit", "event")
    return (sent and _has(body, "action", "installation", "actor")) or old or _has(body, "comments", "eventID")


def _is_github(body: Mapping[str, object]) -> bool:
    return "login" in table(body, "sender") or "security_advisory" in body or _has(body, "zen", "hook_id")


_MARKS: Mapping[str, Callable[[Mapping[str, object]], bool]] = {
    "freshdesk": _is_freshdesk,
    "delighted": _is_delighted,
    "intercom": _is_intercom,
    "zendesk": _is_zendesk,
    "gitlab": _is_gitlab,
    "jira": _is_jira,
    "linear": _is_linear,
    "front": _is_front,
    "sentry": _is_sentry,
    "github": _is_github,
}
