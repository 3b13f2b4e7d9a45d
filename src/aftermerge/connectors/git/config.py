"""The keys of a `[[source]]` of kind git."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from aftermerge.outside.keys import Keys

__all__ = ["GitConfig", "ReleasedBy", "read_config"]

ReleasedBy = Literal["tags", "merges", "deployments", "none"]

_RELEASED_BY: tuple[ReleasedBy, ...] = ("tags", "merges", "deployments", "none")


@dataclass(frozen=True, slots=True)
class GitConfig:
    """`path` and `deployments` are relative to the workspace. `branch` None: the repository's default branch."""

    path: str = "."
    releases: ReleasedBy = "tags"
    deployments: str | None = None
    environments: tuple[str, ...] = ("production",)
    tag_pattern: str = "*"
    branch: str | None = None


def read_config(given: Mapping[str, object], source: str) -> GitConfig:
    """Check the keys.

    Raises:
        SettingsError: a key is unknown, a value is of the wrong kind, or `deployments` is missing where it is needed.
    """
    keys = Keys(source, given)
    keys.refuse_unknown(
        "kind", "name", "repo", "path", "releases", "deployments", "environments", "tag_pattern", "branch"
    )
    config = GitConfig(
        path=keys.text("path") or ".",
        releases=keys.one_of("releases", _RELEASED_BY, "tags"),
        deployments=keys.text("deployments"),
        environments=keys.texts("environments", ("production",)),
        tag_pattern=keys.text("tag_pattern") or "*",
        branch=keys.text("branch"),
    )
    if config.releases == "deployments" and config.deployments is None:
        what = f"source `{source}` takes its releases from deployments, but names no file of them"
        raise keys.wrong("deployments", what, "set `deployments` to a CSV or JSONL file with a time and a commit")
    return config
