"""When a project's commits reached users, as GitLab tells it: by the deployments that succeeded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftermerge.connectors.cursors.changed import Page, read_changed
from aftermerge.connectors.cursors.since import Since
from aftermerge.connectors.gitlab.listing import changed_page, version_by
from aftermerge.model.change import Release
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import moment, text, whole

__all__ = ["Deployments"]


@dataclass(frozen=True, slots=True)
class Deployments:
    """The deployments of one project to one environment. `prefix` sets the names of several projects apart."""

    http: Http
    project: str
    environment: str
    source: str
    prefix: str = ""

    def read(self, start: Since) -> Iterator[tuple[Sequence[Release], Since]]:
        """What succeeded since then, page by page. One that is under way is listed once it succeeds, as a change."""
        return read_changed(self._page, version_by("sha", "status"), self._release, start)

    def _page(self, since: datetime | None, page: str | None) -> Page:
        given = {"environment": self.environment, "status": "success"}
        return changed_page(self.http, self.project, "deployments", given, since, page)

    def _release(self, body: Mapping[str, object]) -> Sequence[Release]:
        """By its number, which stays: without a job, its time is that of its last change."""
        number, commit = whole(body, "iid"), text(body, "sha")
        time = moment(body, "deployable", "finished_at") or moment(body, "updated_at")
        if number is None or commit is None or time is None or text(body, "status") != "success":
            return []
        name = f"{self.prefix}{self.environment}/{number}"
        return [Release(name, self.source, "deployment", time, commit=commit)]
