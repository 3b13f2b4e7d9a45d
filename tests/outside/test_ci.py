"""What a workflow says of its pull request."""

import json
from pathlib import Path

import pytest

from aftermerge.errors import DataError, InputError
from aftermerge.outside.ci import request_of

# The parts that matter of GitHub's `pull_request` event.
EVENT = {
    "action": "synchronize",
    "number": 12,
    "pull_request": {
        "number": 12,
        "base": {"ref": "main", "sha": "a" * 40, "repo": {"full_name": "harbor/app"}},
        "head": {"ref": "idea", "sha": "b" * 40, "repo": {"full_name": "harbor/app"}},
    },
    "repository": {"full_name": "harbor/app"},
}


def said(folder: Path, event: object) -> dict[str, str]:
    (folder / "event.json").write_text(event if isinstance(event, str) else json.dumps(event))
    return {"GITHUB_EVENT_PATH": str(folder / "event.json")}


def test_the_event_says_where_and_of_which_commits(tmp_path: Path) -> None:
    found = request_of({**said(tmp_path, EVENT), "GITHUB_API_URL": "https://ghe.example/api/v3"})
    assert (found.id, found.base, found.head, found.from_fork) == ("harbor/app#12", "a" * 40, "b" * 40, False)
    assert found.base_url == "https://ghe.example/api/v3"
    assert request_of(said(tmp_path, EVENT)).base_url == "https://api.github.com"


@pytest.mark.parametrize("head", [{"full_name": "stranger/app"}, None])
def test_from_a_fork_or_from_one_that_was_deleted_nothing_is_trusted(tmp_path: Path, head: object) -> None:
    request = {**EVENT["pull_request"], "head": {"sha": "b" * 40, "repo": head}}  # type: ignore[dict-item]
    assert request_of(said(tmp_path, {**EVENT, "pull_request": request})).from_fork


@pytest.mark.parametrize("event", [{}, [], {"pull_request": {"number": 12}}, {"pull_request": None}])
def test_an_event_of_something_else_is_refused(tmp_path: Path, event: object) -> None:
    with pytest.raises(InputError, match="not for a pull request"):
        request_of(said(tmp_path, event))


def test_an_event_that_can_t_be_read_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"event\.json"):
        request_of(said(tmp_path, "{"))
    with pytest.raises(DataError, match="nowhere"):
        request_of({"GITHUB_EVENT_PATH": "/nowhere"})
