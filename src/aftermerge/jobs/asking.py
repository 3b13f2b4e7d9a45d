"""Who asks: the person whose git this is. Nobody can ask as another, or link a name for them."""

from collections.abc import Sequence

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.connectors.told.people import reference_of
from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.person import Person, as_git_knows
from aftermerge.model.thanks import OwnName


def person_asking(workspace: OpenWorkspace) -> Person:
    """The person who asks, with the names that they linked.

    Raises:
        InputError: git does not know them, or they say that a team is theirs which is none.
        WorkspaceError: the workspace stands in no git repository.
    """
    email = as_git_knows(workspace.repository.setting("user.email") or "")
    if not email:
        what = "git does not know who you are: `user.email` is not set in this repository"
        raise InputError(what, then="git config user.email you@example.com")
    names = tuple(workspace.ledger.own_names(email))
    repositories = {source.name for source in workspace.settings.sources if source.kind == "git"}
    addresses = (email, *(name.name for name in names if name.source in repositories))
    return Person(email, _own_team(workspace), names, _references(names), addresses)


def own_name(workspace: OpenWorkspace, source: str, name: str) -> OwnName:
    """What the person who asks is called at a source.

    Raises:
        UnknownIdError: there is no such source.
        InputError: git does not know them, or the name is none.
    """
    person, sources = person_asking(workspace), [known.name for known in workspace.settings.sources]
    if source not in sources:
        raise UnknownIdError(f"there is no source `{source}`", then=nearest(source, sources))
    said = " ".join(name.split())
    if not said or not said.isprintable():
        raise InputError("that is no name", then="give it as the source writes it: a handle, an id, an address")
    return OwnName(person.email, source, said)


def _own_team(workspace: OpenWorkspace) -> str | None:
    team, teams = workspace.repository.setting("aftermerge.team"), [known.name for known in workspace.settings.teams]
    if team is not None and team not in teams:
        what = f"git says that your team is `{team}`, and aftermerge.toml has none of that name"
        raise InputError(what, then=f"{nearest(team, teams)} git config aftermerge.team …")
    return team


def _references(names: Sequence[OwnName]) -> dict[str, frozenset[str]]:
    """A source that gives names or addresses alone is known by a digest of them."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        found[name.source] = found.get(name.source, frozenset()) | {name.name, reference_of(name.name)}
    return found
