"""The connector: what GitLab knows of one or more projects, in one of the ways that `as` names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from aftermerge.connectors.cursors.since import cursor_of, read_cursor, read_since
from aftermerge.connectors.cursors.ways import changed_releases
from aftermerge.connectors.gitlab.config import GitLabConfig, read_config
from aftermerge.connectors.gitlab.deployments import Deployments
from aftermerge.connectors.gitlab.issues import Issues, members
from aftermerge.connectors.gitlab.merge_requests import MergeRequests
from aftermerge.connectors.gitlab.releases import Releases
from aftermerge.connectors.told.item import Item, batch_of
from aftermerge.model.batch import Batch
from aftermerge.model.change import Release
from aftermerge.outside.http import Api, Http
from aftermerge.outside.http.reading import table
from aftermerge.ports import SourceContext

__all__ = ["GitLabSource", "connect"]

Place = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GitLabSource:
    """Projects of one GitLab as a source."""

    name: str
    config: GitLabConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """What changed after the cursor, a batch for each page that GitLab gives.

        Raises:
            SettingsError: the token is missing, has expired or may not read this, or a project is not there.
            OutsideError: GitLab does not answer.
        """
        state = dict(read_cursor(cursor, self.config.settings))
        with self.api.open() as http:
            if self.config.read_as == "releases":
                yield from self._releases(http, state)
                return
            for project in self.config.projects:
                for batch, place in self._project(http, project, state.get(project)):
                    state[project] = place
                    yield replace(batch, cursor=cursor_of(state, self.config.settings))

    def _project(self, http: Http, project: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        match self.config.read_as:
            case "pull_requests":
                return self._merge_requests(http, project, saved)
            case "deployments":
                return self._deployments(http, project, saved)
        return self._feedback(http, project, saved)

    def _feedback(self, http: Http, project: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        issues = Issues(http, project, self.config, members(http, project, self.config), self.name)
        for made, since in issues.read(read_since(saved, self.config.since)):
            yield batch_of([one for one in made if isinstance(one, Item)], ""), since.saved()

    def _merge_requests(self, http: Http, project: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        requests = MergeRequests(http, project, self.name)
        for made, since in requests.read(read_since(saved, self.config.since)):
            yield Batch("", pull_requests=tuple(made)), since.saved()

    def _deployments(self, http: Http, project: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        done = dict(table(saved))
        for environment in self.config.environments:
            deployments = Deployments(http, project, environment, self.name, self._prefix(project))
            for made, since in deployments.read(read_since(done.get(environment), self.config.since)):
                done[environment] = since.saved()
                yield Batch("", releases=tuple(made)), dict(done)

    def _releases(self, http: Http, state: Place) -> Iterator[Batch]:
        found: list[Release] = []
        for project in self.config.projects:
            now, since = self.api.clock(), self.config.since
            found += Releases(http, project, self.name, now, since, self._prefix(project)).read()
        return changed_releases(found, state, self.config.settings)

    def _prefix(self, project: str) -> str:
        return f"{project}@" if len(self.config.projects) > 1 else ""


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> GitLabSource:
    """The source of a `[[source]]` table of kind gitlab.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    headers = {"PRIVATE-TOKEN": read.token.value} if read.token.value else {}
    return GitLabSource(name, read, Api("GitLab", read.api_url, read.token, headers))
