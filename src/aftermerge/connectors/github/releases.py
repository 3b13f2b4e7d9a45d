"""When a repository's commits reached users, as GitHub tells it: by the releases that were published there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from aftermerge.model.change import Release
from aftermerge.outside.http import Http
from aftermerge.outside.http.reading import boolean, moment, rows, text

__all__ = ["Releases"]

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases of one repository. `prefix` sets their names apart where a source has several repositories."""

    http: Http
    repo: str
    source: str
    since: datetime | None = None
    prefix: str = ""

    def read(self) -> tuple[Release, ...]:
        """All of them, oldest first: one that was published may be edited or taken away at any time.

        A draft is none yet. Which commit it is, is said by its tag: what GitHub calls its target may be a branch.
        """
        listed = [body for body in self._all("releases") if not boolean(body, "draft")]
        commits = self._commits() if listed else {}
        made = (self._release(body, commits) for body in listed)
        return tuple(sorted((one for one in made if one), key=lambda one: (one.released_at, one.id)))

    def _release(self, body: Body, commits: Mapping[str, str]) -> Release | None:
        tag, time = text(body, "tag_name"), moment(body, "published_at")
        if tag is None or time is None or (self.since and time < self.since):
            return None
        return Release(
            id=f"{self.prefix}{tag}",
            source=self.source,
            kind="tag",
            released_at=time,
            prerelease=boolean(body, "prerelease"),
            commit=commits.get(tag),
            notes=text(body, "body") or "",
        )

    def _commits(self) -> Mapping[str, str]:
        """By each tag the commit that it stands for, whether it is annotated or not."""
        tags = ((text(body, "name"), text(body, "commit", "sha")) for body in self._all("tags"))
        return {name: commit for name, commit in tags if name and commit}

    def _all(self, what: str) -> Iterator[Body]:
        link: str | None = f"/repos/{self.repo}/{what}?per_page=100"
        while link is not None:
            answer = self.http.get(link, what=f"{what} of {self.repo}")
            yield from rows(answer.body)
            link = answer.next_link
