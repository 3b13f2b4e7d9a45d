"""Which commit a branch stands at, and which branch is the main one."""

from dataclasses import dataclass

from aftermerge.connectors.git.process import Git
from aftermerge.errors import DataError, SettingsError, nearest

__all__ = ["Branch", "branches", "default_branch", "find_branch"]

_ORIGIN_HEAD = "refs/remotes/origin/HEAD"
_USUAL = (
    "refs/heads/main",
    "refs/heads/master",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "HEAD",
)


@dataclass(frozen=True, slots=True)
class Branch:
    """A ref and the commit that it points at."""

    ref: str
    commit: str

    @property
    def name(self) -> str:
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/")


def branches(git: Git) -> list[str]:
    """The names of local and remote branches, without `origin/`, sorted."""
    refs = git.lines("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes/origin")
    return sorted({Branch(ref, "").name for ref in refs if ref != _ORIGIN_HEAD})


def default_branch(git: Git) -> Branch:
    """What origin/HEAD names, else main, master, or whatever HEAD stands at.

    Raises:
        DataError: the repository has no commit there, or is none.
    """
    git.ask("rev-parse", "--git-dir")
    told = git.maybe("symbolic-ref", "--quiet", _ORIGIN_HEAD)
    found = _first(git, *([told] if told else []), *_USUAL)
    if found is None:
        raise _nothing_committed(git)
    return (
        found if found.ref != "HEAD" else Branch(git.maybe("symbolic-ref", "--quiet", "HEAD") or "HEAD", found.commit)
    )


def find_branch(git: Git, name: str | None) -> Branch:
    """A branch by name, as the shared repository has it where there is one; the default branch for None.

    Raises:
        DataError: the repository has no commit, or is none.
        SettingsError: it has no branch of that name.
    """
    if name is None:
        return default_branch(git)
    git.ask("rev-parse", "--git-dir")
    found = _first(git, f"refs/remotes/origin/{name}", f"refs/heads/{name}", name)
    if found is None:
        what = f"`{git.folder}` has no branch `{name}`"
        raise SettingsError(what, then=nearest(name, branches(git)), key=("branch",))
    return found


def _first(git: Git, *refs: str) -> Branch | None:
    for ref in refs:
        commit = git.maybe("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if commit:
            return Branch(ref, commit)
    return None


def _nothing_committed(git: Git) -> DataError:
    known = branches(git)
    if known:
        then = f"set `branch` of this source, to `{known[0]}` for instance"
        return DataError(f"HEAD of `{git.folder}` stands at a branch without a commit", then=then)
    return DataError(f"`{git.folder}` has no commit yet", then="commit something, then sync again")
