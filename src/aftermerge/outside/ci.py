"""What a workflow says of the pull request that it runs for, as GitHub Actions sets it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aftermerge.errors import DataError, InputError
from aftermerge.outside.http.reading import at, text, whole

__all__ = ["OpenRequest", "request_of"]

_PUBLIC = "https://api.github.com"


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A pull request that is not merged: its last commit is `head`, and it was begun at `base`.

    One `from_fork` brings a token that may only read.
    """

    kind: str
    base_url: str
    repository: str
    number: int
    base: str
    head: str
    from_fork: bool

    @property
    def id(self) -> str:
        return f"{self.repository}#{self.number}"


def request_of(environ: Mapping[str, str]) -> OpenRequest:
    """The pull request of this run.

    Raises:
        InputError: this is no run for a pull request.
        DataError: the file that tells of it can't be read.
    """
    event = _event(environ.get("GITHUB_EVENT_PATH"))
    request = at(event, "pull_request")
    repository = text(at(event, "repository"), "full_name") or environ.get("GITHUB_REPOSITORY")
    number, base, head = whole(request, "number"), _sha(request, "base"), _sha(request, "head")
    if repository is None or number is None or base is None or head is None:
        then = "run it in a workflow `on: pull_request`; elsewhere, `aftermerge bet ask --since main` asks the same"
        raise InputError("this run is not for a pull request: its event tells of none", then=then)
    of_head = text(at(at(request, "head"), "repo"), "full_name")
    base_url = environ.get("GITHUB_API_URL") or _PUBLIC
    return OpenRequest("github", base_url, repository, number, base, head, from_fork=of_head != repository)


def _event(path: str | None) -> object:
    if not path:
        return None
    try:
        return json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"GITHUB_EVENT_PATH, {path}, can't be read: {error}") from error


def _sha(request: object, end: str) -> str | None:
    return text(at(request, end), "sha")
