"""Which pull request became which change?"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from aftermerge.model.change import Change
from aftermerge.model.pull_request import PullRequest

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NUMBER = re.compile(r"\(#([0-9]{1,9})\)\s*$|^Merge pull request #([0-9]{1,9}) from ")


def requests_of(changes: Iterable[Change], requests: Iterable[PullRequest]) -> dict[str, PullRequest]:
    """By the id of each change its pull request: the one whose merge it is, else the one whose number its title bears.

    A request whose merge is known bears no other change. A number that several repositories have names none.
    """
    changes, requests = list(changes), list(requests)
    ids = {change.id for change in changes}
    found = {request.merge_commit: request for request in requests if request.merge_commit in ids}
    left = [request for request in requests if request.merge_commit not in ids]
    numbered = _by_number(left)
    for change in changes:
        named = numbered.get(_number_of(change) or 0, ())
        if change.id not in found and len(named) == 1:
            found[change.id] = named[0]
    return found


def shown(body: str) -> str:
    """What a reader sees of a body: not what a template says in comments."""
    return _HIDDEN.sub("", body)


def _by_number(requests: Sequence[PullRequest]) -> Mapping[int, Sequence[PullRequest]]:
    """Two sources may know the same request."""
    numbered: dict[int, dict[str, PullRequest]] = defaultdict(dict)
    for request in requests:
        numbered[request.number][request.id] = request
    return {number: list(named.values()) for number, named in numbered.items()}


def _number_of(change: Change) -> int | None:
    """A squash bears its number at its title's end, a merge in its first line."""
    for line in (change.title, change.message.partition("\n")[0]):
        match = _NUMBER.search(line)
        if match:
            return int(match[1] or match[2])
    return None
