"""Places in which the team reads, each with its noticeboard: what their common contract is tried against."""

import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from aftermerge.channels.email import bulletins as mail
from aftermerge.channels.email.config import read_config
from aftermerge.channels.slack import bulletins as slack
from aftermerge.channels.slack.web import slack_api
from aftermerge.outside.http import Limits
from aftermerge.outside.keys import Keys
from aftermerge.ports import Bulletin, Noticeboard
from support.fake_api import FakeApi, FakeTime, Replied, Request
from support.fake_slack import FakeSlack
from support.fake_smtp import FakeSmtp

__all__ = ["SECRET", "Wall", "mail_wall", "slack_board", "slack_wall"]

SECRET = "t0ken-s3cret"  # noqa: S105
BLOCKS: Sequence[Mapping[str, object]] = ({"type": "section", "text": {"type": "mrkdwn", "text": "*It helped*"}},)


@dataclass(frozen=True, slots=True)
class Wall:
    """A place in which the team reads. `texts` are what stands where `to` leads, `lose` lets an answer get lost."""

    variable: str
    to: str
    other: str
    open: Callable[..., AbstractContextManager[Noticeboard]]
    texts: Callable[[], Sequence[str]]
    lose: Callable[[], None]
    hang: Callable[[], threading.Event]
    expire: Callable[[], None]

    def bulletin(self, reference: str = "ref-0123456789", **more: object) -> Bulletin:
        given = Bulletin(reference, self.to, "This week", "It helped", "<p>It <b>helped</b></p>", BLOCKS)
        return replace(given, **more)  # type: ignore[arg-type]


def slack_board(
    api: FakeApi, token: str | None = SECRET, time: FakeTime | None = None, timeout: float = 30.0
) -> AbstractContextManager[Noticeboard]:
    time = time or FakeTime()
    made = slack_api(Keys("tell", {"base_url": api.url}), {"SLACK_TOKEN": token} if token else {})
    return slack.opened(replace(made, sleep=time.sleep, clock=time.clock, limits=Limits(timeout=timeout)))


def slack_wall(api: FakeApi) -> Wall:
    fake = FakeSlack(api, SECRET, {f"C0OTHER{number}": f"other-{number}" for number in range(5)})
    fake.channels["C0PRODUCT1"] = "product"
    usual = api.handler("POST", "/chat.postMessage")

    def lose() -> None:
        def answer(request: Request) -> Replied:
            usual(request)
            return 200, {}, {"ok": False, "error": "fatal_error"}

        api.instead("POST", "/chat.postMessage", answer)

    def hang() -> threading.Event:
        released = threading.Event()

        def answer(request: Request) -> Replied:
            done = usual(request)
            released.wait(20)
            return done

        api.instead("POST", "/chat.postMessage", answer)
        return released

    def expire() -> None:
        api.gate = lambda request: (200, {}, {"ok": False, "error": "token_revoked", "needed": SECRET})

    return Wall(
        variable="SLACK_TOKEN",
        to="#product",
        other="#nowhere",
        open=lambda **given: slack_board(api, **given),
        texts=lambda: [str(one["blocks"]) for one in fake.said.get("C0PRODUCT1", [])],
        lose=lose,
        hang=hang,
        expire=expire,
    )


def mail_wall(smtp: FakeSmtp) -> Wall:
    smtp.answers["nobody@harbor.example"] = "550 5.1.1 no such user"

    def opened(
        token: str | None = SECRET, time: FakeTime | None = None, timeout: float = 30.0
    ) -> AbstractContextManager[Noticeboard]:
        given = {"sender": "help@harbor.example", "smtp": smtp.address, "smtp_user": "harbor", "security": "none"}
        config = read_config(given, {"AFTERMERGE_SMTP_PASSWORD": token} if token else {}, "tell")
        return mail.opened(config, (time or FakeTime()).clock, ssl.create_default_context(), timeout)

    def lose() -> None:
        smtp.breaks = True

    def hang() -> threading.Event:
        smtp.hangs = True
        return threading.Event()

    def expire() -> None:
        smtp.password = "another"  # noqa: S105

    return Wall(
        variable="AFTERMERGE_SMTP_PASSWORD",
        to="team@harbor.example",
        other="nobody@harbor.example",
        open=opened,
        texts=lambda: [one.part("html") for one in smtp.to("team@harbor.example")],
        lose=lose,
        hang=hang,
        expire=expire,
    )
