"""A noticeboard in memory, and a ledger, that a job may die at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from aftermerge.errors import OutsideError
from aftermerge.model.notice import Notice
from aftermerge.ports import Bulletin, Delivery
from support.memory_ledger import MemoryLedger

Moment = Literal["before", "after"]


class Killed(BaseException):
    """The process ended there: nothing catches it, as nothing does in life."""


@dataclass
class FakeNoticeboard:
    """Fits `ports.Noticeboard`. `dies`: as it posts; `loses`: it posts, and does not say so; `down`: nothing goes."""

    can_look_up: bool = True
    posted: list[Bulletin] = field(default_factory=list)
    dies: Moment | None = None
    loses: bool = False
    down: bool = False
    refuses: str = ""

    @contextmanager
    def open(self) -> Iterator["FakeNoticeboard"]:
        yield self

    def post(self, bulletin: Bulletin) -> Delivery:
        if self.down:
            raise OutsideError("the board does not answer")
        if self.refuses:
            return Delivery("refused", reason=self.refuses)
        if self.dies == "before":
            raise Killed
        self.posted.append(bulletin)
        if self.dies == "after":
            raise Killed
        return Delivery("unknown", reason="it hung up") if self.loses else self._at(bulletin)

    def find(self, bulletin: Bulletin) -> Delivery | None:
        if not self.can_look_up:
            return Delivery("unknown", reason="it can't be looked up")
        return self._at(bulletin) if bulletin.reference in {one.reference for one in self.posted} else None

    def _at(self, bulletin: Bulletin) -> Delivery:
        return Delivery("sent", f"https://board.example/{bulletin.to}" if self.can_look_up else None)


class MortalLedger(MemoryLedger):
    """`dies` as it writes a notice: at which writing, counted from 0, and before or after it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.dies: tuple[int, Moment] | None = None
        self.writings = 0

    def replace_notice(self, before: Notice | None, after: Notice) -> bool:
        writing, self.writings = self.writings, self.writings + 1
        if self.dies == (writing, "before"):
            raise Killed
        done = super().replace_notice(before, after)
        if self.dies == (writing, "after"):
            raise Killed
        return done
