"""Services at which customers are answered, each with its channel: what their common contract is tried against."""

import re
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from aftermerge.channels.email import letters as mail
from aftermerge.channels.email.config import read_config
from aftermerge.channels.github import letters as github
from aftermerge.channels.github.client import api_of as github_api
from aftermerge.channels.gitlab import letters as gitlab
from aftermerge.channels.gitlab.client import api_of as gitlab_api
from aftermerge.channels.intercom import letters as intercom
from aftermerge.channels.slack import letters as slack
from aftermerge.channels.slack.web import slack_api
from aftermerge.channels.zendesk import letters as zendesk
from aftermerge.outside.http import Api, Limits
from aftermerge.outside.intercom import intercom_api
from aftermerge.outside.keys import Keys
from aftermerge.outside.zendesk import zendesk_api
from aftermerge.ports import Correspondence, Letter
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.fake_github_discussions import FakeDiscussions
from support.fake_github_work import FakeGitHubWork
from support.fake_gitlab_desk import FakeGitLabDesk
from support.fake_intercom_desk import FakeIntercomDesk
from support.fake_slack import FakeSlack
from support.fake_smtp import FakeSmtp
from support.fake_zendesk_desk import FakeZendeskDesk

__all__ = ["DESKS", "SECRET", "Desk", "MailDesk"]

SECRET = "t0ken-s3cret"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Desk:
    """A service at which conversations 1 and 2 are open.

    `api_of` is where it stands, of a configuration and an environment; `write` is the request by which is answered: its
    method, a pattern of its path, and words that its body has. `thread` names a conversation, `texts` are those written
    in it; `close` and `remove` end one, `chat` fills it with others' words. `closed` is said of a closed one.
    """

    kind: str
    service: str
    variable: str
    api: FakeApi
    api_of: Callable[[Mapping[str, object], Mapping[str, str]], Api]
    opened: Callable[[Api], AbstractContextManager[Correspondence]]
    write: tuple[str, str, bytes]
    thread: Callable[[int], str]
    texts: Callable[[int], list[str]]
    chat: Callable[[int, int], object]
    close: Callable[[int], object]
    remove: Callable[[int], object]
    closed: str
    expired: tuple[int, Mapping[str, str], Mapping[str, object]] = (401, {}, {"message": f"Bad credentials {SECRET}"})
    can_look_up: bool = True

    def open(
        self, token: str | None = SECRET, time: FakeTime | None = None, timeout: float = 30.0
    ) -> AbstractContextManager[Correspondence]:
        time = time or FakeTime()
        api = self.api_of({"base_url": self.api.url}, {self.variable: token} if token else {})
        return self.opened(replace(api, sleep=time.sleep, clock=time.clock, limits=Limits(timeout=timeout)))

    def letter(self, number: int = 1, text: str = "It is there.", reference: str = "ref-0123456789") -> Letter:
        return Letter(reference, "You asked for export", text, self.thread(number), f"https://seen.test/{number}")

    def attempts(self) -> int:
        method, path, words = self.write
        asked = [request for request in self.api.requests if request.method == method]
        return sum(1 for request in asked if re.fullmatch(path, request.path) and words in request.body)

    def instead(self, answer: Callable[[Request, Callable[[Request], Replied]], Replied]) -> None:
        """What is answered to every attempt; the second argument is what would be."""
        method, path, words = self.write
        usual = self.api.handler(method, path.replace(r"(\d+)", "1").replace(r"(\w+)", "1").replace("\\", ""))

        def handler(request: Request) -> Replied:
            # Elsewhere the same path is a question as well.
            return answer(request, usual) if words in request.body else usual(request)

        self.api.instead(method, path, handler)

    def expire(self) -> None:
        """The token is taken no more; who asks with it is told so, and the token with it."""
        self.api.gate = lambda request: self.expired

    def fail_after_doing(self, status: int = 502) -> None:
        def answer(request: Request, usual: Callable[[Request], Replied]) -> Replied:
            usual(request)
            return status, {}, {"message": "Server Error"}

        self.instead(answer)

    def never_answer(self) -> threading.Event:
        """It is done, and no answer comes until the event is set."""
        released = threading.Event()

        def answer(request: Request, usual: Callable[[Request], Replied]) -> Replied:
            done = usual(request)
            released.wait(20)
            return done

        self.instead(answer)
        return released


@dataclass(frozen=True, slots=True)
class MailDesk:
    """The same for mail: a conversation is an address. A conversation that is closed, or gone, is one that bounces."""

    smtp: FakeSmtp
    service: str = "127.0.0.1"
    variable: str = "AFTERMERGE_SMTP_PASSWORD"
    closed: str = "does not take it at all: 550 5.1.1 no such user"
    can_look_up: bool = False
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def open(
        self, token: str | None = SECRET, time: FakeTime | None = None, timeout: float = 30.0
    ) -> AbstractContextManager[Correspondence]:
        given = {
            "sender": "Harbor <help@harbor.example>",
            "smtp": self.smtp.address,
            "smtp_user": "harbor",
            "security": "none",
        }
        config = read_config(given, {self.variable: token} if token else {}, "tell")
        return mail.opened(config, (time or FakeTime()).clock, self.context, timeout)

    def letter(self, number: int = 1, text: str = "It is there.", reference: str = "ref-0123456789") -> Letter:
        return Letter(reference, "You asked for export", text, address=_address(number))

    def attempts(self) -> int:
        return self.smtp.told

    def texts(self, number: int) -> list[str]:
        return [f"{mail.part('html')}{mail.message['Message-ID']}" for mail in self.smtp.to(_address(number))]

    def close(self, number: int) -> None:
        self.smtp.answers[_address(number)] = "550 5.1.1 no such user"

    def remove(self, number: int) -> None:
        self.close(number)

    def expire(self) -> None:
        self.smtp.password = "another"  # noqa: S105

    def fail_after_doing(self) -> None:
        self.smtp.breaks = True

    def never_answer(self) -> threading.Event:
        self.smtp.hangs = True
        return threading.Event()


def _address(number: int) -> str:
    return f"ada{number}@customer.example"


def _issues(api: FakeApi) -> Desk:
    fake = FakeGitHubWork(api)
    for number in (1, 2):
        fake.pull(number, 0)
    return Desk(
        kind="github",
        service="GitHub",
        variable="GITHUB_TOKEN",
        api=api,
        api_of=lambda config, environ: github_api(config, environ, "ideas"),
        opened=github.opened,
        write=("POST", r"/repos/harbor/app/issues/(\d+)/comments", b""),
        thread=lambda number: f"harbor/app#{number}",
        texts=lambda number: [text for text in fake.bodies(number) if not text.startswith("chat")],
        chat=lambda number, many: [fake.say(number, f"chat {one}", "ada") for one in range(many)],
        close=fake.locked.add,
        remove=fake.pulls.pop,
        closed="harbor/app#1 is locked",
    )


def _discussions(api: FakeApi) -> Desk:
    fake = FakeDiscussions(api, {1: [], 2: []})
    return Desk(
        kind="github",
        service="GitHub",
        variable="GITHUB_TOKEN",
        api=api,
        api_of=lambda config, environ: github_api(config, environ, "ideas"),
        opened=github.opened,
        write=("POST", "/graphql", b"addDiscussionComment"),
        thread=lambda number: f"harbor/app/discussions/{number}",
        texts=lambda number: [text for text in fake.said.get(number, []) if not text.startswith("chat")],
        chat=lambda number, many: fake.said[number].extend(f"chat {one}" for one in range(many)),
        close=fake.locked.add,
        remove=fake.said.pop,
        closed="harbor/app/discussions/1 is locked",
    )


def _gitlab(api: FakeApi) -> Desk:
    fake = FakeGitLabDesk(api, {1: [], 2: []})
    return Desk(
        kind="gitlab",
        service="GitLab",
        variable="GITLAB_TOKEN",
        api=api,
        api_of=lambda config, environ: gitlab_api(config, environ, "ideas"),
        opened=gitlab.opened,
        write=("POST", r"/api/v4/projects/harbor%2Fapp/issues/(\d+)/notes", b""),
        thread=lambda number: f"harbor/app#{number}",
        texts=lambda number: [text for text in fake.texts(number) if not text.startswith("chat")],
        chat=lambda number, many: [fake.say(number, f"chat {one}") for one in range(many)],
        close=fake.locked.add,
        remove=fake.said.pop,
        closed="harbor/app#1 is locked",
    )


def _zendesk(api: FakeApi) -> Desk:
    fake = FakeZendeskDesk(api, {1: "solved", 2: "open"})
    return Desk(
        kind="zendesk",
        service="Zendesk",
        variable="ZENDESK_TOKEN",
        api=api,
        api_of=lambda config, environ: zendesk_api(Keys("desk", {**config, "email": "ops@harbor.example"}), environ),
        opened=zendesk.opened,
        write=("PUT", r"/api/v2/tickets/(\d+)\.json", b""),
        thread=str,
        texts=lambda number: [text for text in fake.texts(number) if not text.startswith("chat")],
        chat=lambda number, many: [fake.say(number, f"chat {one}") for one in range(many)],
        close=lambda number: fake.tickets.update({number: "closed"}),
        remove=fake.tickets.pop,
        closed="ticket 1 is closed",
    )


def _intercom(api: FakeApi) -> Desk:
    fake = FakeIntercomDesk(api, {"1": [], "2": []})
    return Desk(
        kind="intercom",
        service="Intercom",
        variable="INTERCOM_TOKEN",
        api=api,
        api_of=lambda config, environ: intercom_api(Keys("desk", config), environ),
        opened=intercom.opened,
        write=("POST", r"/conversations/(\w+)/reply", b""),
        thread=str,
        texts=lambda number: [text for text in fake.texts(str(number)) if not text.startswith("chat")],
        chat=lambda number, many: [fake.say(str(number), f"chat {one}") for one in range(many)],
        close=lambda number: fake.said.pop(str(number)),
        remove=lambda number: fake.said.pop(str(number)),
        closed="Intercom has no conversation 1 (any more)",
    )


def _slack(api: FakeApi) -> Desk:
    fake = FakeSlack(api, SECRET, {"C0HELP": "help"})
    threads = {number: fake.say("C0HELP", f"question {number}") for number in (1, 2)}

    def texts(number: int) -> list[str]:
        return [text for text in fake.texts("C0HELP", threads[number]) if not text.startswith("chat")]

    def chat(number: int, many: int) -> None:
        for one in range(many):
            fake.say("C0HELP", f"chat {one}", threads[number])

    return Desk(
        kind="slack_export",
        service="Slack",
        variable="SLACK_TOKEN",
        api=api,
        api_of=lambda config, environ: slack_api(Keys("help", config), environ),
        opened=slack.opened,
        write=("POST", "/chat.postMessage", b""),
        thread=lambda number: f"C0HELP-{threads[number]}",
        texts=texts,
        chat=chat,
        close=lambda number: fake.locked.add(threads[number]),
        remove=lambda number: fake.deleted.add(threads[number]),
        closed="the thread is locked",
        expired=(200, {}, {"ok": False, "error": "token_expired", "needed": SECRET}),
    )


DESKS: Mapping[str, Callable[[FakeApi], Desk]] = {
    "github discussions": _discussions,
    "github issues": _issues,
    "gitlab": _gitlab,
    "intercom": _intercom,
    "slack": _slack,
    "zendesk": _zendesk,
}
