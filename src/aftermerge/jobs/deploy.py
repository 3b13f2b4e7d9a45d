"""`ship deploy`: any CI says in a line what it just deployed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.connectors.git.config import GitConfig, read_config
from aftermerge.connectors.git.deploying import Deploying, add_deployment
from aftermerge.connectors.git.deployments import moment_in
from aftermerge.errors import DataError, InputError, SettingsError, UnknownIdError, nearest

_EXAMPLE = '`releases = "deployments"` and `deployments = "deployments.csv"`'


@dataclass(frozen=True, slots=True)
class Deployed:
    """`is_new` is False where the list said so already; `is_seen`, whether users see that environment."""

    file: Path
    deployment: Deploying
    is_new: bool
    is_seen: bool


def deploy(
    workspace: OpenWorkspace,
    commit: str,
    *,
    version: str | None = None,
    environment: str = "production",
    at: str | None = None,
    source: str | None = None,
) -> Deployed:
    """Append a deployment to the list of the git source that takes its releases from one. `at` None is now.

    Raises:
        InputError: `at` is no time.
        SettingsError: no source does, or several do and none was named.
        DataError: the repository has no such commit, or the list can't take the row.
    """
    config = _listed(workspace, source)
    deployment = Deploying(_time(workspace, at), _commit(workspace, config, commit), environment, version)
    file = workspace.root / (config.deployments or "")
    is_new = add_deployment(file, deployment, workspace.timezone)
    return Deployed(file, deployment, is_new, environment in config.environments)


def _time(workspace: OpenWorkspace, at: str | None) -> datetime:
    """To the second; a time without a zone is the workspace's."""
    try:
        time = moment_in(at, workspace.timezone) if at else workspace.clock()
    except ValueError as error:
        raise InputError(str(error)) from None
    return time.replace(microsecond=0)


def _listed(workspace: OpenWorkspace, name: str | None) -> GitConfig:
    configs = {s.name: read_config(s.config, s.name) for s in workspace.settings.sources if s.kind == "git"}
    found = {known: config for known, config in configs.items() if config.releases == "deployments"}
    if not found:
        what = "no source takes its releases from a list of deployments"
        raise SettingsError(what, then=f"write {_EXAMPLE} under the `[[source]]` of kind git in aftermerge.toml")
    if name is not None and name not in found:
        raise UnknownIdError(f"no source `{name}` has a list of deployments", then=nearest(name, list(found)))
    if name is None and len(found) > 1:
        what = f"{len(found)} sources have a list of deployments"
        raise SettingsError(what, then=f"say which with `--source`: {', '.join(sorted(found))}")
    return found[name] if name is not None else next(iter(found.values()))


def _commit(workspace: OpenWorkspace, config: GitConfig, given: str) -> str:
    """The full hash; of a repository that stands elsewhere, the name as it was given."""
    if config.path != ".":
        return given
    commit = workspace.repository.commit(given)
    if commit is None:
        raise DataError(f"the repository has no commit `{given}`", then="fetch it first, or correct the name")
    return commit
