"""Harbor, whose customers asked at five services that are all on this machine, and are answered there."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aftermerge.bootstrap import OpenWorkspace, now, open_workspace
from aftermerge.demo.build import build
from aftermerge.jobs.sync import sync_workspace
from aftermerge.jobs.tell import draft_messages, send_messages
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.model.message import Message
from aftermerge.tell import decide
from aftermerge.tell.deliver import SETTLES_AFTER
from aftermerge.tell.due import due
from support.fake_api import FakeApi
from support.fake_github_work import FakeGitHubWork
from support.fake_intercom_desk import FakeIntercomDesk
from support.fake_slack import FakeSlack
from support.fake_smtp import FakeSmtp
from support.fake_zendesk_desk import FakeZendeskDesk
from support.ledger_processes import heard, other_process

__all__ = ["SERVICES", "AnsweredHarbor", "answered_harbor"]

SERVICES = ("ideas", "desk", "chat", "help", "mail")
TOKEN = "t0ken-s3cret"  # noqa: S105
BET = "plain-import-errors"
_CHANNEL = "C0HELP"


@dataclass
class AnsweredHarbor:
    """A workspace's folder and environment, and what stands in each conversation: `texts(source, number)`.

    `interrupted` counts the runs that were killed before their end.
    """

    folder: Path
    environ: dict[str, str]
    texts: Callable[[str, int], list[str]]
    customers: int
    later: timedelta = field(default_factory=timedelta)
    interrupted: int = 0

    @contextmanager
    def open(self) -> Iterator[OpenWorkspace]:
        with open_workspace(self.folder, self.environ, lambda: now() + self.later) as workspace:
            yield workspace

    def draft_and_approve(self) -> None:
        """As a human who reads quickly. Harbor's own support desk is left aside."""
        with self.open() as workspace:
            ledger = workspace.ledger
            draft_messages(ledger, workspace.manner, workspace.clock, SERVICES)
            drafts = [row.id for row in ledger.messages() if row.state == "drafted"]
            decide.approve(ledger, drafts, workspace.clock())

    def send(self) -> None:
        with self.open() as workspace:
            report = send_messages(workspace.ledger, workspace.answering, workspace.manner, workspace.clock)
            assert not report.errors

    def send_and_be_killed(self, rng: random.Random, longest_seconds: float) -> None:
        """SIGKILL at a random moment of a run; the next is made when what was sent has had time to arrive."""
        with other_process(_send, str(self.folder), self.environ, self.later) as (process, pipe):
            assert heard(pipe) == "ready"
            time.sleep(rng.uniform(0, longest_seconds))
            self.interrupted += process.is_alive()
            process.kill()
            process.join()
        self.later += SETTLES_AFTER

    def messages(self) -> list[Message]:
        with self.open() as workspace:
            return list(workspace.ledger.messages())

    def told(self, message: Message) -> int:
        """How often it stands where they asked. The text is theirs alone, so that it is found by it."""
        source, _, number = message.feedback.partition(":")
        sign = "Did it help" if message.kind == "question" else "Thank you for telling us"
        return sum(sign in text for text in self.texts(source, int(number)))


def _send(pipe: "Connection[Any, Any]", folder: str, environ: dict[str, str], later: timedelta) -> None:
    with open_workspace(Path(folder), environ, lambda: now() + later) as workspace:
        manner, ways = workspace.manner, workspace.answering
        pipe.send("ready")
        send_messages(workspace.ledger, ways, manner, workspace.clock)


@contextmanager
def answered_harbor(folder: Path, each: int) -> Iterator[AnsweredHarbor]:
    """`each` customers asked at each service before the bet reached them."""
    build(folder, 1, now().date())
    with open_workspace(folder, {}) as workspace:
        sync_workspace(workspace, lambda name, done, total: None)
    with ExitStack() as stack:
        smtp = stack.enter_context(FakeSmtp("harbor", TOKEN))
        apis = {name: stack.enter_context(FakeApi()) for name in SERVICES[:-1]}
        issues = FakeGitHubWork(apis["ideas"], page=30)
        for number in range(each):
            issues.pull(number, 0)
        tickets = FakeZendeskDesk(apis["desk"], dict.fromkeys(range(each), "open"), page=30)
        chats = FakeIntercomDesk(apis["chat"], {str(number): [] for number in range(each)})
        slack = FakeSlack(apis["help"], TOKEN, {_CHANNEL: "help"}, page=30)
        threads = [slack.say(_CHANNEL, f"question {number}") for number in range(each)]
        read: dict[str, Callable[[int], list[str]]] = {
            "ideas": issues.bodies,
            "desk": tickets.texts,
            "chat": lambda number: chats.texts(str(number)),
            "help": lambda number: slack.texts(_CHANNEL, threads[number]),
            "mail": lambda number: [mail.part("plain") for mail in smtp.to(_address(number))],
        }
        thread: dict[str, Callable[[int], str]] = {
            "ideas": lambda number: f"harbor/app#{number}",
            "desk": str,
            "chat": str,
            "help": lambda number: f"{_CHANNEL}-{threads[number]}",
            "mail": lambda number: f"<{number}@customer.example>",
        }
        _configure(folder, {name: api.url for name, api in apis.items()}, smtp.address)
        environ = {
            **dict.fromkeys(("GITHUB_TOKEN", "ZENDESK_TOKEN", "INTERCOM_TOKEN", "SLACK_TOKEN"), TOKEN),
            "AFTERMERGE_SMTP_PASSWORD": TOKEN,
            "AFTERMERGE_SECRET": "a long random word",
        }
        harbor = AnsweredHarbor(folder, environ, lambda source, number: read[source](number), each * len(SERVICES))
        with harbor.open() as workspace:
            _hear(workspace, each, thread)
        yield harbor


def _address(number: int) -> str:
    return f"ada{number}@customer.example"


def _hear(workspace: OpenWorkspace, each: int, thread: dict[str, Callable[[int], str]]) -> None:
    """What was asked ten days before the bet's release."""
    item = next(item for item in due(workspace.ledger) if item.bet.slug == BET)
    for name in SERVICES:
        rows = tuple(_asked(name, n, item.reached_at, str(item.bet.problem), thread[name](n)) for n in range(each))
        people = tuple(Customer(name, f"c{n}", None, _address(n)) for n in range(each))
        workspace.ledger.store(name, Batch("1", feedback=rows, customers=people))


def _asked(source: str, number: int, reached_at: datetime, problem: str, thread: str) -> Feedback:
    at = reached_at - timedelta(days=10, minutes=number)
    words = f"My import number {number} failed"
    return Feedback(source, str(number), at, words, author=f"c{number}", thread=thread, problem=problem)


def _configure(folder: Path, urls: dict[str, str], smtp: str) -> None:
    (folder / "help").mkdir()
    (folder / "mail.mbox").touch()
    with (folder / "aftermerge.toml").open("a") as file:
        file.write(
            f"""
[tell]
sender = "Harbor <help@harbor.example>"
smtp = "{smtp}"
smtp_user = "harbor"
security = "none"
site = "https://after.harbor.example"

[[source]]
kind = "github"
name = "ideas"
repo = "harbor/app"
base_url = "{urls["ideas"]}"
answer = true

[[source]]
kind = "zendesk"
name = "desk"
base_url = "{urls["desk"]}"
email = "ops@harbor.example"
answer = true

[[source]]
kind = "intercom"
name = "chat"
base_url = "{urls["chat"]}"
answer = true

[[source]]
kind = "slack_export"
name = "help"
path = "help"
channels = ["help"]
team = ["U1"]
base_url = "{urls["help"]}"
answer = true

[[source]]
kind = "mbox"
name = "mail"
path = "mail.mbox"
team = ["harbor.example"]
answer = true
"""
        )


LINK = re.compile(r"https://after\.harbor\.example/helped/[\w.-]+")
