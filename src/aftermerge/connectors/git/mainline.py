"""The main line as a list, and what each merge on it brought in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aftermerge.connectors.git.process import Git

__all__ = ["Mainline", "positions", "read_mainline"]


@dataclass(frozen=True, slots=True)
class Mainline:
    """The first-parent chain, oldest first. `brought` holds, for each merge, the commits that came in with it."""

    ids: Sequence[str]
    brought: Mapping[str, Sequence[str]]


def read_mainline(git: Git, head: str, after: str | None) -> Mainline | None:
    """The main line up to `head`, after a commit on it; None when that commit is not on it (any more)."""
    if after is not None and not git.maybe("rev-parse", "--verify", "--quiet", f"{after}^{{commit}}"):
        return None
    span = [head] if after is None else [head, f"^{after}"]
    graph = _parents(git.lines("rev-list", "--topo-order", "--reverse", "--parents", *span))
    chain = _first_parents(head, graph)
    if after is not None and not _continues(after, head, chain, graph):
        return None
    return Mainline(chain, _brought_in(chain, graph))


def positions(git: Git, mainline: Sequence[str], commits: Iterable[str]) -> dict[str, int]:
    """How much of the main line each commit contains: the index of the last change in it, −1 for none.

    Whatever contains a commit contains its first parents too, so that what is contained is always the line's start.
    """
    wanted = sorted(set(commits))
    place = {commit: index for index, commit in enumerate(mainline)}
    arguments = ("rev-list", "--topo-order", "--reverse", "--parents", "--stdin")
    for line in git.lines(*arguments, given=[*mainline[-1:], *wanted]):
        commit, *parents = line.split(" ")
        if commit not in place:
            place[commit] = max((place.get(parent, -1) for parent in parents), default=-1)
    return {commit: place[commit] for commit in wanted}


def _parents(lines: Iterable[str]) -> dict[str, list[str]]:
    return {commit: parents for commit, *parents in (line.split(" ") for line in lines)}


def _first_parents(head: str, graph: Mapping[str, Sequence[str]]) -> list[str]:
    chain, commit = [], head
    while commit in graph:
        chain.append(commit)
        commit = next(iter(graph[commit]), "")
    return chain[::-1]


def _continues(after: str, head: str, chain: Sequence[str], graph: Mapping[str, Sequence[str]]) -> bool:
    return after in graph[chain[0]][:1] if chain else after == head


def _brought_in(chain: Sequence[str], graph: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """For each merge of the chain its side commits, oldest first. Linear in the number of commits."""
    age = {commit: index for index, commit in enumerate(graph)}
    taken = set(chain)
    return {
        merge: sorted(_claim(graph[merge][1:], graph, taken), key=age.__getitem__)
        for merge in chain
        if len(graph[merge]) > 1
    }


def _claim(start: Sequence[str], graph: Mapping[str, Sequence[str]], taken: set[str]) -> list[str]:
    claimed, waiting = [], list(start)
    while waiting:
        commit = waiting.pop()
        if commit in graph and commit not in taken:
            taken.add(commit)
            claimed.append(commit)
            waiting += graph[commit]
    return claimed
