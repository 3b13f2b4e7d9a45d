"""When a project's commits reached users, as GitLab tells it: by the releases that were published there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.gitlab.listing import all_rows
from aftermerge.errors import SettingsError
from aftermerge.model.change import Release
from aftermerge.model.version import is_prerelease
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import moment, text

__all__ = ["Releases"]

# A release that is published while we read comes to the end, and moves no other.
_ORDER: Mapping[str, str | int | None] = {"order_by": "released_at", "sort": "asc"}


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of one project. `prefix` sets the names of several projects apart."""

    http: Http
    project: str
    source: str
    now: datetime
    since: datetime | None = None
    prefix: str = ""

    def read(self) -> tuple[Release, ...]:
        """All of them, oldest first: one that was published may be edited or taken away at any time."""
        listed = all_rows(self.http, self.project, "releases", _ORDER, f"releases of {self.project}")
        made = {one.id: one for body in listed if (one := self._release(body))}
        return tuple(sorted(made.values(), key=lambda one: (one.released_at, one.id)))

    def _release(self, body: Mapping[str, object]) -> Release | None:
        """None for an upcoming one."""
        tag, time = text(body, "tag_name"), moment(body, "released_at")
        if time is not None and tag is None:
            raise self._no_tags()
        if tag is None or time is None or time > self.now or (self.since and time < self.since):
            return None
        return Release(
            id=f"{self.prefix}{tag}",
            source=self.source,
            kind="tag",
            released_at=time,
            prerelease=is_prerelease(tag),
            commit=text(body, "commit", "id"),
            notes=text(body, "description") or "",
        )

    def _no_tags(self) -> SettingsError:
        """GitLab shows a guest that there was a release, and not what was released."""
        what = f"the token in {self.http.api.token.variable} may not see the tags of {self.project}"
        return SettingsError(
            what, then="give the one whose it is the role Reporter, then sync again", key=("token_env",)
        )
