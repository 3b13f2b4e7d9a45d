"""The keys of a `[[source]]` of kind jira."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aftermerge.connectors.cursors.since import read_start
from aftermerge.outside.http import Token, read_base_url, read_token
from aftermerge.outside.keys import Keys

__all__ = ["JiraConfig", "Reporters", "read_config"]

Reporters = Literal["customers", "all"]

_REPORTERS: tuple[Reporters, ...] = ("customers", "all")
_ORDER = re.compile(r"\border\s+by\b", re.IGNORECASE)
_FIELD = re.compile(r"[A-Za-z0-9_]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class JiraConfig:
    """`email` is whose API token it is; None: the token is an OAuth one. `site` is where the team reads its issues.

    `jql` narrows what is read. The fields, by their ids, hold the organizations and the satisfaction.
    """

    base_url: str
    site: str
    token: Token
    email: str | None = None
    jql: str | None = None
    reporters: Reporters = "customers"
    account_field: str | None = None
    rating_field: str | None = None
    since: datetime | None = None


def read_config(given: Mapping[str, object], environ: Mapping[str, str], source: str) -> JiraConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown or missing, or a value can't be used.
    """
    keys = Keys(source, given)
    keys.refuse_unknown(
        *("kind", "name", "base_url", "site", "email", "token_env", "jql", "reporters", "account_field"),
        *("rating_field", "since"),
    )
    base_url = read_base_url(keys)
    return JiraConfig(
        base_url=base_url,
        site=read_base_url(keys, base_url, key="site"),
        token=read_token(keys, environ, "JIRA_TOKEN"),
        email=keys.text("email"),
        jql=_jql(keys),
        reporters=keys.one_of("reporters", _REPORTERS, "customers"),
        account_field=_field(keys, "account_field"),
        rating_field=_field(keys, "rating_field"),
        since=read_start(keys),
    )


def _jql(keys: Keys) -> str | None:
    jql = keys.text("jql")
    if jql is not None and _ORDER.search(jql):
        what = f"`jql` of source `{keys.source}` has an order of its own"
        raise keys.wrong("jql", what, "leave ORDER BY out: issues are read in the order of their changes")
    return jql


def _field(keys: Keys, key: str) -> str | None:
    field = keys.text(key)
    if field is not None and not _FIELD.fullmatch(field):
        raise keys.wrong(
            key, f"`{key}` of source `{keys.source}` is no field's id", 'write it like "customfield_10002"'
        )
    return field
