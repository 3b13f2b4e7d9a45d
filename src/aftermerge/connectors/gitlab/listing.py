"""GitLab's lists: a header leads from page to page, and the time of the last change to what is new."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from aftermerge.connectors.cursors.changed import Page, Version
from aftermerge.outside.http import Answer, Http
from aftermerge.outside.http.reading import at, moment, rows, whole

__all__ = ["PAGE", "all_rows", "changed_page", "next_page", "path_of", "version_by"]

PAGE = 100
_ORDER: Mapping[str, str | int | None] = {"order_by": "updated_at", "sort": "asc", "per_page": PAGE}
# GitLab wants both for deployments, the order by a time and from when on.
_EVER = "1970-01-01T00:00:00Z"

Body = Mapping[str, object]
Params = Mapping[str, str | int | None]


def path_of(project: str, below: str) -> str:
    """A path below a project, which stands in it as one word."""
    return f"/projects/{quote(project, safe='')}/{below}"


def changed_page(http: Http, project: str, below: str, given: Params, since: datetime | None, page: str | None) -> Page:
    """What changed since then, oldest change first."""
    after = f"{since:%Y-%m-%dT%H:%M:%S.%fZ}" if since else _EVER
    asked = {**_ORDER, **given, "updated_after": after, "page": page}
    answer = http.get(path_of(project, below), asked, what=f"{below.replace('_', ' ')} of {project}")
    return Page(rows(answer.body), next_page(answer))


def all_rows(http: Http, project: str, below: str, given: Params, what: str) -> Iterator[Body]:
    """All that there is, page by page."""
    page: str | None = "1"
    while page is not None:
        answer = http.get(path_of(project, below), {"per_page": PAGE, **given, "page": page}, what=what)
        yield from rows(answer.body)
        page = next_page(answer)


def next_page(answer: Answer) -> str | None:
    return answer.headers.get("x-next-page", "").strip() or None


def version_by(*looks: str) -> Version:
    """A record's number, what it looks like, and its time: two changes may share one."""

    def version(body: Body) -> tuple[str, datetime] | None:
        changed = moment(body, "updated_at")
        shown = json.dumps([at(body, key) for key in looks])
        digest = hashlib.sha256(shown.encode("ascii")).hexdigest()[:8]
        return None if changed is None else (f"{whole(body, 'iid')}:{digest}", changed)

    return version
