"""CDEvents about services (cdevents.dev, spec 0.3 to 0.5), as rows of a list of deployments.

An event is `{"context", "subject"}`, alone or as the `data` of a CloudEvent. Of its artifact, a package URL, the
version is the commit (or tag) that was deployed; an image's digest is none, and then `customData.commit` says it.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

__all__ = ["deployment_in", "kind_of"]

_TYPE = re.compile(r"dev\.cdevents\.([a-z]+\.[a-z]+)(?:\.|$)")
_DEPLOYED = ("service.deployed", "service.upgraded", "service.rolledback")
_HASH = re.compile(r"[0-9a-fA-F]{7,64}")
_NAME = re.compile(r"[\w][\w.+/-]*")

Record = Mapping[str, object]


def kind_of(record: Record) -> str | None:
    """`service.deployed` and the like; None for what is no CDEvent."""
    event = _event(record)
    match = _TYPE.match(_text(_part(event, "context"), "type") or _text(record, "type"))
    return match[1] if match else None


def deployment_in(record: Record) -> dict[str, str] | None:
    """The row that an event stands for; None where it tells of no deployment."""
    if kind_of(record) not in _DEPLOYED:
        return None
    event = _event(record)
    content = _part(_part(event, "subject"), "content")
    environment, (version, vcs) = _part(content, "environment"), _artifact(_text(content, "artifactId"))
    commit = _text(_part(event, "customData"), "commit") or vcs or version
    return {
        "time": _text(_part(event, "context"), "timestamp") or _text(record, "time"),
        "commit": commit,
        "environment": _text(environment, "id"),
        "environment_name": _text(environment, "name"),
        "version": "" if version == commit and _HASH.fullmatch(commit) else version,
    }


def _event(record: Record) -> Record:
    """What a CloudEvent carries; an event that stands alone is itself."""
    data = _part(record, "data")
    return data if "context" in data or "subject" in data else record


def _artifact(purl: str) -> tuple[str, str]:
    """A package URL's version, unless it is a digest; and the commit that its `vcs_url` names, if it does."""
    head, _, query = purl.partition("#")[0].partition("?")
    version = unquote(head.rpartition("@")[2]) if "@" in head else ""
    named = parse_qs(query).get("vcs_url", [""])[0].rpartition("@")[2]
    return (version if _NAME.fullmatch(version) else ""), (named if _HASH.fullmatch(named) else "")


def _part(record: Record, key: str) -> Record:
    found = record.get(key)
    return found if isinstance(found, dict) else {}


def _text(record: Record, key: str) -> str:
    found = record.get(key)
    return found.strip() if isinstance(found, str) else ""
