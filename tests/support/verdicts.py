"""Pull requests whose verdict is known, and jobs that tell it: in this process, or in one that is killed."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aftermerge.channels.github import GitHubComments
from aftermerge.channels.github.client import api_of, opened
from aftermerge.jobs.comments import CommentsReport, comment_on_pull_requests
from aftermerge.ledger import open_ledger
from aftermerge.model.batch import Batch
from aftermerge.model.pull_request import PullRequest
from aftermerge.model.readout import Readout, Subject
from aftermerge.ports import Ledger
from aftermerge.ship.link import relink
from support.fake_api import FakeTime
from support.world import bet, change, day

__all__ = ["channel", "fill", "measured", "tell", "tell_in_process"]


def fill(ledger: Ledger, requests: int = 2) -> None:
    """So many pull requests, from number 12 on, each serving a bet of its own."""
    numbers = range(12, 12 + requests)
    bets = tuple(bet(f"bet-{number}", helps=f"Thing {number} helps") for number in numbers)
    changes = tuple(change(f"{number:040x}", 20, f"Change {number} (#{number})") for number in numbers)
    ledger.store("git", Batch("1", bets=bets, changes=changes))
    ledger.store("work", Batch("1", pull_requests=tuple(map(_request, numbers))))
    relink(ledger)
    ledger.replace_readouts(day(60), [measured(one.slug) for one in bets])


def measured(slug: str, **more: Any) -> Readout:
    said: dict[str, Any] = {"estimate": 2.0, "low": 1.0, "high": 3.0, "verdict": "improved"} | more
    return Readout(Subject("bet", slug), "m", "staggered", "primary", "pp", 1.0, reason="it helps", **said)


def channel(url: str, time: FakeTime | None = None) -> Callable[[], AbstractContextManager[GitHubComments]]:
    passing = time or FakeTime()
    api = api_of({"base_url": url}, {"GITHUB_TOKEN": "t0ken"}, "work")
    return lambda: opened(replace(api, sleep=passing.sleep, clock=passing.clock))


def tell(ledger: Ledger, url: str, *sources: str) -> CommentsReport:
    channels: Mapping[str, Any] = {source: channel(url) for source in sources or ("work",)}
    return comment_on_pull_requests(ledger, channels, day(61))


def tell_in_process(pipe: "Connection[Any, Any]", path: Path, url: str) -> None:
    """Until it is done, or killed."""
    pipe.send("ready")
    with open_ledger(path) as ledger:
        pipe.send(len(tell(ledger, url).told))


def _request(number: int) -> PullRequest:
    url, body = f"https://github.test/harbor/app/pull/{number}", f"Bet: bet-{number}\r\n"
    return PullRequest("work", "harbor/app", number, f"{number:040x}", day(20), f"Change {number}", body, url)
