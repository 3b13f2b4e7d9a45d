"""Version numbers in the names of tags and releases."""

import re

__all__ = ["is_prerelease", "is_version"]

_DATE = r"\d{4}-\d{2}-\d{2}"
_DOTTED = r"\d+(?:[._]\d+)+"
_NUMBER = re.compile(rf"(?<![0-9A-Za-z.])v?(?:{_DATE}|{_DOTTED})|(?<![0-9A-Za-z])v\d+", re.IGNORECASE)
_LONE_NUMBER = re.compile(r"^(?:(?:release|rel|version|ver)[-_./]?)?\d+$", re.IGNORECASE)

# A bare letter counts only with a digit behind it: 1.0a1 is an alpha, OpenSSL's 1.0.2a is a patch.
_AFTER = re.compile(
    r"(?:^|[-_.~]|(?<=\d))"
    r"(?:(?:[abcm]|ea)[-_.]?\d+|(?:alpha|beta|rc|cr|pre|preview|prerelease|dev|snapshot|canary|nightly|next"
    r"|milestone|eap|insiders?|unstable|experimental)(?![a-z]))",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:^|[-_./])(?:nightly|canary|snapshot)[-_./]*$", re.IGNORECASE)


def is_version(name: str) -> bool:
    """Whether a tag's name holds a version number: `v1.2`, `app/2.0rc1`, `REL_15_2`, `2024.05.1`, `v3`."""
    return bool(_NUMBER.search(name) or _LONE_NUMBER.match(name))


def is_prerelease(version: str) -> bool:
    """Whether a version is meant for trying out: PEP 440's `1.0a1` and `.dev2`, semver's `-beta.1`, `nightly-…`.

    Build metadata (`+…`) and post-releases say nothing about it, and a calendar version is an ordinary one.
    """
    bare = version.partition("+")[0]
    number = _NUMBER.search(bare)
    if number is None:
        return bool(_AFTER.search(bare))
    return bool(
        _AFTER.search(bare[number.end() :])
        or _AFTER.match(bare, number.end())
        or _BEFORE.search(bare[: number.start()])
    )
