"""When a repository's commits reached users, as GitHub tells it: by the deployments that succeeded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from aftermerge.model.change import Release
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import at, moment, rows, text, whole

__all__ = ["Deployed", "Deployments", "read_deployed"]

_BATCH = 50
_MAY_STILL_SUCCEED = timedelta(days=7)

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Deployed:
    """How far one environment was read: the latest deployment, and those before it that may still succeed."""

    latest: int = 0
    open: tuple[int, ...] = ()

    def saved(self) -> dict[str, object]:
        """For the cursor."""
        return {"latest": self.latest, "open": list(self.open)}


def read_deployed(saved: object) -> Deployed:
    """As it was saved; from the first deployment on where nothing was."""
    still = at(saved, "open")
    return Deployed(whole(saved, "latest") or 0, tuple(still) if isinstance(still, list) else ())


@dataclass(frozen=True, slots=True)
class Deployments:
    """The deployments of one repository to one environment. `now` says which are too old to succeed any more."""

    http: Http
    repo: str
    environment: str
    source: str
    now: datetime
    since: datetime | None = None

    def read(self, reached: Deployed) -> Iterator[tuple[Sequence[Release], Deployed]]:
        """What succeeded since, oldest first, some at a time, each with a question of its own."""
        asked = iter(self._new(reached))
        while batch := tuple(islice(asked, _BATCH)):
            before, releases = reached, list[Release]()
            for body in batch:
                release = self._release(body)
                releases += [release] if release else []
                reached = self._after(reached, body, is_done=release is not None)
            if reached != before or releases:
                yield releases, reached

    def _new(self, reached: Deployed) -> Sequence[Body]:
        """Those that were still open and those after the latest, by their number, which grows with time."""
        still = (self.http.find(self._path(f"/{id_}"), what=self._what) for id_ in reached.open)
        found = [answer.body for answer in still if answer and isinstance(answer.body, Mapping)]
        return [*found, *sorted(self._after_latest(reached.latest), key=lambda body: whole(body, "id") or 0)]

    def _after_latest(self, latest: int) -> Iterator[Body]:
        """Newest first, as they are listed."""
        path: str | None = self._path("")
        params: Mapping[str, str | int | None] | None = {"environment": self.environment, "per_page": 100}
        while path is not None:
            answer = self.http.get(path, params, what=self._what)
            listed = rows(answer.body)
            new = [body for body in listed if (whole(body, "id") or 0) > latest]
            yield from (body for body in new if not self._is_before(body))
            path, params = answer.next_link if len(new) == len(listed) > 0 else None, None

    def _release(self, body: Body) -> Release | None:
        """At the first time at which it succeeded; later it may have been replaced."""
        commit, times = text(body, "sha"), self._successes(whole(body, "id"))
        if commit is None or not times:
            return None
        time = min(times)
        name = f"{time:%Y-%m-%dT%H:%M:%SZ}-{commit[:12]}"
        return Release(name, self.source, "deployment", time, commit=commit)

    def _successes(self, id_: int | None) -> Sequence[datetime]:
        found: list[datetime] = []
        link: str | None = self._path(f"/{id_}/statuses?per_page=100")
        while link is not None:
            answer = self.http.find(link, what=self._what)
            statuses = rows(answer.body) if answer else []
            times = (moment(one, "created_at") for one in statuses if text(one, "state") == "success")
            found += [time for time in times if time]
            link = answer.next_link if answer else None
        return found

    def _after(self, reached: Deployed, body: Body, *, is_done: bool) -> Deployed:
        id_, begun = whole(body, "id") or 0, moment(body, "created_at")
        may_succeed = not is_done and begun is not None and begun > self.now - _MAY_STILL_SUCCEED
        others = tuple(other for other in reached.open if other != id_)
        return replace(reached, latest=max(reached.latest, id_), open=(*others, id_) if may_succeed else others)

    def _is_before(self, body: Body) -> bool:
        begun = moment(body, "created_at")
        return self.since is not None and begun is not None and begun < self.since

    @property
    def _what(self) -> str:
        return f"deployments of {self.repo}"

    def _path(self, rest: str) -> str:
        return f"/repos/{self.repo}/deployments{rest}"
