"""Comments on pull requests and statuses on commits, at GitHub."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aftermerge.channels.github.thread import PullRequestThread, StatusBoard, names
from aftermerge.channels.keeping import keep_comment, keep_status
from aftermerge.channels.wording import Wording, going_on
from aftermerge.outside.github import github_api
from aftermerge.outside.http import Api, Http
from aftermerge.outside.http.reading import at
from aftermerge.outside.keys import Keys
from aftermerge.ports import Posted, StatusState

__all__ = ["GitHubComments", "api_of", "connect", "opened"]

_LONGEST_DESCRIPTION = 140
_VIEWER = "query { viewer { login databaseId } }"
_RIGHT = "let it write pull requests and commit statuses"


class GitHubComments:
    """Fits `ports.Comments`. All that one job writes has the patience of one pull."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._us: set[str] = set()
        self._wording = Wording("GitHub", http.api.token, _RIGHT, frozenset({422}))

    def put_comment(self, repository: str, number: int, marker: str, body: str) -> Posted:
        mark = f"<!-- {marker} -->"
        thread = PullRequestThread(self._http, repository, number, mark, f"{mark}\n{body}", self._who_we_are())
        return keep_comment(thread, self._wording)

    def put_status(self, repository: str, sha: str, state: StatusState, description: str, url: str | None) -> Posted:
        wanted = {"state": state, "description": description[:_LONGEST_DESCRIPTION], "target_url": url}
        return keep_status(StatusBoard(self._http, repository, sha, wanted), self._wording)

    def _who_we_are(self) -> set[str]:
        """Asked of GraphQL: the REST API does not tell an app, as Actions are, who it is."""
        if not self._us:
            self._http.api.token.needed("GitHub, for comments,")
            path = f"{self._http.api.base_url.removesuffix('/v3')}/graphql"
            answer = self._http.graphql(path, _VIEWER, {}, what="the name behind the token")
            self._us |= names(at(answer.body, "viewer"))
        return self._us


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], name: str) -> Iterator[GitHubComments]:
    """The channel of a `[[source]]` table of kind github, for one job.

    Raises:
        SettingsError: the address, or how we show ourselves there, can't be used.
    """
    with opened(api_of(config, environ, name)) as comments:
        yield comments


def api_of(config: Mapping[str, object], environ: Mapping[str, str], name: str) -> Api:
    """The GitHub that a source names."""
    return github_api(Keys(name, config), environ)


@contextmanager
def opened(api: Api) -> Iterator[GitHubComments]:
    """A connection."""
    with api.open() as http, going_on():
        yield GitHubComments(http)
