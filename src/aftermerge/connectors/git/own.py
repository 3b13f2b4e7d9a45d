"""Which changes one's own addresses wrote: asked by that person, for themself, and never kept."""

from collections.abc import Collection, Iterator

from aftermerge.connectors.git.process import Git

__all__ = ["written_by"]

_FORMAT = "--format=%aE%n%(trailers:key=Co-authored-by,valueonly)"


def written_by(git: Git, addresses: Collection[str], changes: Collection[str]) -> frozenset[str]:
    """Of these steps of the main line, those that hold a commit which one of the addresses wrote, alone or with others.

    Whoever pressed the button that merged it wrote nothing.
    """
    own = {address.casefold() for address in addresses}
    return frozenset(change for change in changes if not own.isdisjoint(_authors(git, change)))


def _authors(git: Git, change: str) -> Iterator[str]:
    told = git.maybe("log", "--no-merges", _FORMAT, "--end-of-options", f"{change}^1..{change}")
    if told is None:  # the first commit of all, or one that is not here
        told = git.maybe("log", "--no-merges", "--max-count=1", _FORMAT, "--end-of-options", change) or ""
    for line in filter(None, told.splitlines()):
        _, bracket, inside = line.rpartition("<")
        yield (inside.partition(">")[0] if bracket else line).strip().casefold()
