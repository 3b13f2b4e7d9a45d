"""Notes on merge requests and statuses on commits, at GitLab."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aftermerge.channels.gitlab.thread import MergeRequestThread, StatusBoard, harmless
from aftermerge.channels.keeping import keep_comment, keep_status
from aftermerge.channels.wording import Wording, going_on
from aftermerge.errors import OutsideError
from aftermerge.outside.http import Api, Http, read_base_url, read_token
from aftermerge.outside.http.reading import reference
from aftermerge.outside.keys import Keys
from aftermerge.ports import Posted, StatusState

__all__ = ["GitLabComments", "api_of", "connect", "opened"]

_PUBLIC = "https://gitlab.com"
_LONGEST_DESCRIPTION = 255
_STATES: Mapping[StatusState, str] = {
    "success": "success",
    "failure": "failed",
    "error": "failed",
    "pending": "pending",
}
_RIGHT = "give it the scope `api`, and the one whose it is the role Reporter (for statuses: Developer)"


class GitLabComments:
    """Fits `ports.Comments`. All that one job writes has the patience of one pull."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._us: str | None = None
        self._wording = Wording("GitLab", http.api.token, _RIGHT, frozenset({400, 422}))

    def put_comment(self, repository: str, number: int, marker: str, body: str) -> Posted:
        mark = f"<!-- {marker} -->"
        content = f"{mark}\n{harmless(body)}"
        thread = MergeRequestThread(self._http, repository, number, mark, content, self._who_we_are())
        return keep_comment(thread, self._wording)

    def put_status(self, repository: str, sha: str, state: StatusState, description: str, url: str | None) -> Posted:
        wanted = {"description": description[:_LONGEST_DESCRIPTION], "target_url": url}
        return keep_status(StatusBoard(self._http, repository, sha, _STATES[state], wanted), self._wording)

    def _who_we_are(self) -> str:
        """The number of the token's user: names may change."""
        if self._us is None:
            self._http.api.token.needed("GitLab, for notes,")
            what = "the name behind the token"
            self._us = reference(self._http.get("/user", what=what).body, "id")
        if self._us is None:
            raise OutsideError("GitLab does not tell whose the token is", then="run it again later")
        return self._us


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], name: str) -> Iterator[GitLabComments]:
    """The channel of a `[[source]]` table of kind gitlab, for one job.

    Raises:
        SettingsError: the address or the token's variable can't be used.
    """
    with opened(api_of(config, environ, name)) as comments:
        yield comments


def api_of(config: Mapping[str, object], environ: Mapping[str, str], name: str) -> Api:
    """The GitLab that a source names."""
    keys = Keys(name, config)
    token = read_token(keys, environ, "GITLAB_TOKEN")
    headers = {"PRIVATE-TOKEN": token.value} if token.value else {}
    return Api("GitLab", f"{read_base_url(keys, _PUBLIC).removesuffix('/api/v4')}/api/v4", token, headers)


@contextmanager
def opened(api: Api) -> Iterator[GitLabComments]:
    """A connection."""
    with api.open() as http, going_on():
        yield GitLabComments(http)
