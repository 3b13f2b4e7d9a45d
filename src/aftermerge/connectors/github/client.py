"""The connector: what customers write in the issues and discussions of one or more repositories."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aftermerge.connectors.changed import Made
from aftermerge.connectors.github.config import GitHubConfig, read_config
from aftermerge.connectors.github.discussions import Discussions, read_reach
from aftermerge.connectors.github.issues import Issues
from aftermerge.connectors.http import Api, Http
from aftermerge.connectors.http.reading import at
from aftermerge.connectors.item import Item, batch_of
from aftermerge.connectors.since import cursor_of, read_cursor, read_since
from aftermerge.model.batch import Batch
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
            for repo in self.config.repos:
                for made, place in self._repository(http, repo, state.get(repo)):
                    state[repo] = {**_saved(state.get(repo)), **place}
                    items = [one for one in made if isinstance(one, Item)]
                    yield batch_of(items, cursor_of(state, self.config.settings))

    def _repository(self, http: Http, repo: str, saved: object) -> Iterator[tuple[Made, Place]]:
        start = self.config.since
        if self.config.issues:
            issues = Issues(http, repo, self.config, self.name)
            for made, since in issues.read(read_since(at(saved, "issues"), start)):
                yield made, {"issues": since.saved()}
        if self.config.discussions:
            self.config.token.needed("GitHub, for discussions,")
            discussions = Discussions(http, repo, self.config, self.name)
            for made, reach in discussions.read(read_reach(at(saved, "discussions"), start)):
                yield made, {"discussions": reach.saved()}


def _saved(place: object) -> Place:
    return place if isinstance(place, Mapping) else {}


def connect(config: Mapping[str, object], context: SourceContext, name: str) -> GitHubSource:
    """The source of a `[[source]]` table of kind github.

    Raises:
        SettingsError: a key is unknown or can't be used.
    """
    read = read_config(config, context.environ, name)
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", **read.token.bearer()}
    return GitHubSource(name, read, Api("GitHub", read.base_url, read.token, headers))
