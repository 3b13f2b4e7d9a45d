"""One comment a pull request, one status a commit: looked up before it is written, by however many, however often."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from aftermerge.channels.github.thread import Thread, is_done, is_final, is_gone, names
from aftermerge.channels.github.wording import again, missing, refused, unwritten
from aftermerge.errors import OutsideError
from aftermerge.outside.http import Api, Http, Raw, Token, Unreached, read_base_url, read_token
from aftermerge.outside.http.reading import at, rows, text
from aftermerge.outside.keys import Keys
from aftermerge.ports import Posted, StatusState

__all__ = ["STATUS", "GitHubComments", "api_of", "connect", "opened"]

STATUS = "aftermerge/bet-ask"
_PUBLIC = "https://api.github.com"
_LOOKS = 4
_LONGEST_DESCRIPTION = 140
_VIEWER = "query { viewer { login databaseId } }"


class GitHubComments:
    """Fits `ports.Comments`. All that one job writes has the patience of one pull."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._us: set[str] = set()

    def put_comment(self, repository: str, number: int, marker: str, body: str) -> Posted:
        """The oldest of ours with the marker is kept. What may have been written is looked for, not written again."""
        mark = f"<!-- {marker} -->"
        thread = Thread(self._http, repository, number, mark, f"{mark}\n{body}")
        made: Posted | None = None
        came: Raw | Unreached | None = None
        for _ in range(_LOOKS):
            ours = thread.ours(self._who_we_are())
            if ours is None:
                return Posted("refused", reason=missing(thread.name, self._token))
            if not ours and made:
                return made  # GitHub does not list it yet
            outcome = thread.keep(ours) if ours else self._create(thread)
            if isinstance(outcome, Posted) and outcome.outcome != "created":
                return replace(made, removed=outcome.removed) if made else outcome
            # A comment that was just made is looked for once more: another job may have made one at the same time.
            made = outcome if isinstance(outcome, Posted) else made
            came = None if isinstance(outcome, Posted) else outcome
            if came and is_final(came) and not (ours and is_gone(came)):
                return self._refused(came, f"comment on {thread.name}", thread.name)
        raise unwritten(f"comment on {thread.name}", came or _UNSEEN, self._token)

    def put_status(self, repository: str, sha: str, state: StatusState, description: str, url: str | None) -> Posted:
        """The latest of our statuses on the commit is the one that GitHub shows."""
        wanted = {"state": state, "description": description[:_LONGEST_DESCRIPTION], "target_url": url}
        what, target = f"set a status in {repository}", f"commit {sha[:10]} in {repository}"
        sent: Raw | Unreached = _UNSEEN
        for _ in range(_LOOKS):
            found = self._http.find(f"/repos/{repository}/commits/{sha}/statuses?per_page=100", what=target)
            if found is None:
                return Posted("refused", reason=missing(target, self._token))
            latest = next((one for one in rows(found.body) if text(one, "context") == STATUS), None)
            if latest and all(at(latest, key) == value for key, value in wanted.items()):
                return Posted("unchanged")
            path, body = f"/repos/{repository}/statuses/{sha}", {**wanted, "context": STATUS}
            sent = self._http.send("POST", path, body, what=target)
            if is_done(sent):
                return Posted("updated" if latest else "created")
            if is_final(sent):
                return self._refused(sent, what, target)
        raise unwritten(what, sent, self._token)

    @property
    def _token(self) -> Token:
        return self._http.api.token

    def _create(self, thread: Thread) -> Posted | Raw | Unreached:
        sent = thread.create()
        if isinstance(sent, Unreached) or not is_done(sent):
            return sent
        body = _json(sent)
        # GitHub says in whose name it wrote, which settles who we are.
        self._us |= names(at(body, "user"))
        return Posted("created", text(body, "html_url"))

    def _refused(self, sent: Raw | Unreached, what: str, target: str) -> Posted:
        """The refusal of this one thing.

        Raises:
            SettingsError, OutsideError: others would be refused like it.
        """
        refusal = refused(target, sent, self._token) if isinstance(sent, Raw) else None
        if refusal is None:
            raise unwritten(what, sent, self._token)
        return refusal

    def _who_we_are(self) -> set[str]:
        """Asked of GraphQL: the REST API does not tell an app, as Actions are, who it is."""
        if not self._us:
            self._token.needed("GitHub, for comments,")
            path = f"{self._http.api.base_url.removesuffix('/v3')}/graphql"
            answer = self._http.graphql(path, _VIEWER, {}, what="the name behind the token")
            self._us |= names(at(answer.body, "viewer"))
        return self._us


@contextmanager
def connect(config: Mapping[str, object], environ: Mapping[str, str], name: str) -> Iterator[GitHubComments]:
    """The channel of a `[[source]]` table of kind github, for one job.

    Raises:
        SettingsError: the address or the token's variable can't be used.
    """
    with opened(api_of(config, environ, name)) as comments:
        yield comments


def api_of(config: Mapping[str, object], environ: Mapping[str, str], name: str) -> Api:
    """The GitHub that a source names."""
    keys = Keys(name, config)
    token = read_token(keys, environ, "GITHUB_TOKEN")
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", **token.bearer()}
    return Api("GitHub", read_base_url(keys, _PUBLIC), token, headers)


@contextmanager
def opened(api: Api) -> Iterator[GitHubComments]:
    """A connection; what it can't do is told as one who writes understands it."""
    with api.open() as http:
        try:
            yield GitHubComments(http)
        except OutsideError as error:
            raise again(error) from error


_UNSEEN = Unreached("what was written is not shown")


def _json(sent: Raw) -> object:
    try:
        return json.loads(sent.content)
    except (ValueError, RecursionError):
        return None
