"""A pull request that was merged: where the change was talked about, and where its verdict is told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PullRequest:
    """`repository` is `owner/name`, `merge_commit` the change on the main line that it became. No person is in it."""

    source: str
    repository: str
    number: int
    merge_commit: str
    merged_at: datetime
    title: str
    body: str
    url: str
    branch: str | None = None

    @property
    def id(self) -> str:
        return f"{self.repository}#{self.number}"
