"""Services on whose pull requests can be spoken, each with its channel: what their common contract is tried against."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from aftermerge.channels.github import client as github
from aftermerge.channels.gitlab import client as gitlab
from aftermerge.ports import Comments, Posted
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.fake_github_work import FakeGitHubWork
from support.fake_gitlab_work import FakeGitLabWork

__all__ = ["MARK", "MARKER", "SECRET", "SERVICES", "Room", "github_room", "gitlab_room"]

MARKER = "aftermerge: verdict"
MARK = f"<!-- {MARKER} -->\n"
SECRET = "t0ken-s3cret"  # noqa: S105

Opening = Callable[[Mapping[str, str], FakeTime], AbstractContextManager[Comments]]


@dataclass(frozen=True, slots=True)
class Room:
    """A service, and how it is spoken to. Paths are patterns: of all comments on a pull request, of one of them.

    `edit` is the verb by which a comment is changed, `name` what number 12 is called, `limited` its answer to one who
    asks too much.
    """

    service: str
    fake: FakeGitHubWork | FakeGitLabWork
    opening: Opening
    variable: str
    comments: str
    comment: str
    edit: str
    name: str
    limited: tuple[int, object]

    def channel(self, time: FakeTime | None = None, token: str | None = SECRET) -> AbstractContextManager[Comments]:
        return self.opening({self.variable: token} if token else {}, time or FakeTime())

    def put(self, body: str = "it helped", number: int = 12, time: FakeTime | None = None) -> Posted:
        with self.channel(time) as comments:
            return comments.put_comment("harbor/app", number, MARKER, body)

    def writes(self) -> list[str]:
        asked = self.fake.api.requests
        return [request.method for request in asked if request.method != "GET" and "graphql" not in request.path]

    def instead(self, method: str, answer: Replied) -> None:
        """What is answered to every such question about comments."""
        pattern = self.comments if method == "POST" else self.comment
        self.fake.api.instead(method, pattern, lambda request: answer)

    def fail_once(self, method: str, *, before: bool, status: int = 502) -> None:
        """The first such request fails, before or after it is done."""
        pattern = self.comments if method == "POST" else self.comment
        answer = self.fake.api.handler(method, pattern.replace(r"(\d+)", "1"))
        done = iter([False])

        def handler(request: Request) -> Replied:
            if next(done, True):
                return answer(request)
            if not before:
                answer(request)
            return status, {}, {"message": "Server Error"}

        self.fake.api.instead(method, pattern, handler)


def github_room(api: FakeApi) -> Room:
    def opening(environ: Mapping[str, str], time: FakeTime) -> AbstractContextManager[Comments]:
        asked = github.api_of({"base_url": api.url}, environ, "work")
        return github.opened(replace(asked, sleep=time.sleep, clock=time.clock))

    said = {"message": "You have exceeded a secondary rate limit"}
    return Room(
        service="GitHub",
        fake=FakeGitHubWork(api),
        opening=opening,
        variable="GITHUB_TOKEN",
        comments=r"/repos/harbor/app/issues/(\d+)/comments",
        comment=r"/repos/harbor/app/issues/comments/(\d+)",
        edit="PATCH",
        name="harbor/app#12",
        limited=(403, said),
    )


def gitlab_room(api: FakeApi) -> Room:
    def opening(environ: Mapping[str, str], time: FakeTime) -> AbstractContextManager[Comments]:
        asked = gitlab.api_of({"base_url": api.url}, environ, "work")
        return gitlab.opened(replace(asked, sleep=time.sleep, clock=time.clock))

    notes = r"/api/v4/projects/harbor%2Fapp/merge_requests/(\d+)/notes"
    said = {"message": {"error": "This endpoint has been requested too many times. Try again later."}}
    return Room(
        service="GitLab",
        fake=FakeGitLabWork(api),
        opening=opening,
        variable="GITLAB_TOKEN",
        comments=notes,
        comment=rf"{notes}/(\d+)",
        edit="PUT",
        name="harbor/app!12",
        limited=(429, said),
    )


SERVICES = {"github": github_room, "gitlab": gitlab_room}
