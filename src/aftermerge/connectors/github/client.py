"""The connector: what GitHub knows of one or more repositories, in one of the ways that `as` names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from aftermerge.connectors.cursors.changed import Made
from aftermerge.connectors.cursors.since import cursor_of, read_cursor, read_since
from aftermerge.connectors.cursors.ways import changed_releases
from aftermerge.connectors.github.config import GitHubConfig, read_config
from aftermerge.connectors.github.deployments import Deployments, read_deployed
from aftermerge.connectors.github.discussions import Discussions, read_reach
from aftermerge.connectors.github.issues import Issues
from aftermerge.connectors.github.pull_requests import PullRequests
from aftermerge.connectors.github.releases import Releases
from aftermerge.connectors.told.item import Item, batch_of
from aftermerge.model.batch import Batch
from aftermerge.outside.http import Api, Http
from aftermerge.outside.http.reading import at
from aftermerge.ports import SourceContext

__all__ = ["GitHubSource", "connect"]

Place = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class GitHubSource:
    """Repositories of one GitHub as a source."""

    name: str
    config: GitHubConfig
    api: Api

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """What changed after the cursor, a batch for each page that GitHub gives.

        Raises:
            SettingsError: the token is missing, has expired or may not read this, or a repository is not there.
            OutsideError: GitHub does not answer.
        """
        state = dict(read_cursor(cursor, self.config.settings))
        with self.api.open() as http:
            if self.config.read_as == "releases":
                yield from self._releases(http, state)
                return
            for repo in self.config.repos:
                for batch, place in self._repository(http, repo, state.get(repo)):
                    state[repo] = {**_saved(state.get(repo)), **place}
                    yield replace(batch, cursor=cursor_of(state, self.config.settings))

    def _repository(self, http: Http, repo: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        match self.config.read_as:
            case "pull_requests":
                return self._pull_requests(http, repo, saved)
            case "deployments":
                return self._deployments(http, repo, saved)
        return ((_heard(made), place) for made, place in self._feedback(http, repo, saved))

    def _feedback(self, http: Http, repo: str, saved: object) -> Iterator[tuple[Made, Place]]:
        start = self.config.since
        if self.config.issues:
            issues = Issues(http, repo, self.config, self.name)
            for made, since in issues.read(read_since(at(saved, "issues"), start)):
                yield made, {"issues": since.saved()}
        if self.config.discussions:
            self.api.token.needed("GitHub, for discussions,")
            discussions = Discussions(http, repo, self.config, self.name)
            for made, reach in discussions.read(read_reach(at(saved, "discussions"), start)):
                yield made, {"discussions": reach.saved()}

    def _pull_requests(self, http: Http, repo: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        requests = PullRequests(http, repo, self.name)
        for made, reach in requests.read(read_reach(at(saved, "pull_requests"), self.config.since)):
            yield Batch("", pull_requests=tuple(made)), {"pull_requests": reach.saved()}

    def _deployments(self, http: Http, repo: str, saved: object) -> Iterator[tuple[Batch, Place]]:
        done = dict(_saved(at(saved, "deployments")))
        for environment in self.config.environments:
            deployments = Deployments(http, repo, environment, self.name, self.api.clock(), self.config.since)
            for made, reached in deployments.read(read_deployed(done.get(environment))):
                done[environment] = reached.saved()
                yield Batch("", releases=tuple(made)), {"deployments": dict(done)}

    def _releases(self, http: Http, state: Place) -> Iterator[Batch]:
        several = len(self.config.repos) > 1
        found = [
            release
            for repo in self.config.repos
            for release in Releases(http, repo, self.name, self.config.since, f"{repo}@" if several else "").read()
        ]
        return changed_releases(found, state, self.config.settings)


def _heard(made: Made) -> Batch:
    return batch_of([one for one in made if isinstance(one, Item)], "")


def _saved(place: object) -> Place:
    return place if isinstance(place, Mapping) else {}


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> GitHubSource:
    """The source of a `[[source]]` table of kind github.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    return GitHubSource(name, read, read.api)
