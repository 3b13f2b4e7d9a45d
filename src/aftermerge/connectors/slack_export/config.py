"""The keys of a `[[source]]` of kind slack_export. Its token and address are for answers: an export needs none."""

from collections.abc import Mapping
from dataclasses import dataclass

from aftermerge.outside.keys import Keys

__all__ = ["SlackExportConfig", "read_config"]


@dataclass(frozen=True, slots=True)
class SlackExportConfig:
    """`path` is a zip or a folder, relative to the workspace. `team`: mail domains and Slack user ids."""

    path: str
    channels: tuple[str, ...]
    team: tuple[str, ...]


def read_config(given: Mapping[str, object], source: str) -> SlackExportConfig:
    """Check the keys. Which channels are customers' and who is the team can't be guessed, and must be said.

    Raises:
        SettingsError: a key is unknown or missing, or a value is of the wrong kind.
    """
    keys = Keys(source, given)
    keys.refuse_unknown("kind", "name", "path", "channels", "team", "token_env", "base_url")
    path, channels, team = keys.text("path"), keys.texts("channels"), keys.texts("team")
    if path is None:
        raise keys.wrong("path", f"source `{source}` names no export", "set `path` to Slack's zip, or its folder")
    if not channels:
        then = 'set `channels` to those in which customers write, for instance ["help"]'
        raise keys.wrong("channels", f"source `{source}` names no channel", then)
    if not team:
        then = 'set `team` to your mail domain, for instance ["harbor.example"], or to Slack user ids'
        raise keys.wrong("team", f"source `{source}` does not say who the team is", then)
    return SlackExportConfig(path, tuple(name.removeprefix("#") for name in channels), team)
