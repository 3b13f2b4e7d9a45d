"""What a merge commit says: the pull request's title and the branch that was merged."""

import re

__all__ = ["branch_of", "title_of"]

_GITHUB = re.compile(r"^Merge pull request #\d+ from [^/\s]+/(\S+)")
_BITBUCKET = re.compile(r"^Merged in (\S+) \(pull request #\d+\)")
_REMOTE = re.compile(r"^Merge (?:remote-tracking|remote) branch '[^/']+/([^']+)'")
_LOCAL = re.compile(r"^Merge (?:branch|branches) '([^']+)'")
_BRANCHES = (_GITHUB, _BITBUCKET, _REMOTE, _LOCAL)

_GITLAB_REFERENCE = re.compile(r"^See merge request \S+", re.MULTILINE)


def branch_of(subject: str) -> str | None:
    """The branch that a merge's subject names, without the owner's name or the remote's."""
    for pattern in _BRANCHES:
        match = pattern.match(subject)
        if match:
            return match[1]
    return None


def title_of(message: str) -> str:
    """The pull or merge request's own title where the message has it, else the subject."""
    subject, _, rest = message.lstrip().partition("\n")
    first = rest.strip().partition("\n")[0].strip()
    has_title = _GITHUB.match(subject) or _BITBUCKET.match(subject) or _GITLAB_REFERENCE.search(rest)
    if has_title and first and not _GITLAB_REFERENCE.match(first):
        return first
    return subject.strip()
