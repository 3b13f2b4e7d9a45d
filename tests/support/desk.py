"""A way to answer customers, as `ports.Correspondence` says, that can go wrong at a chosen moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aftermerge.ports import Delivery, Letter


class KilledError(BaseException):
    """The process ends here."""


@dataclass
class Desk:
    """`faults` has what happens at the next sendings, one after another: see `send`."""

    can_look_up: bool = True
    faults: list[str | BaseException] = field(default_factory=list)
    arrived: list[Letter] = field(default_factory=list)

    def send(self, letter: Letter) -> Delivery:
        fault = self.faults.pop(0) if self.faults else "none"
        if fault in ("killed before", "refused"):
            if fault == "refused":
                return Delivery("refused", reason="the ticket is closed")
            raise KilledError
        if isinstance(fault, BaseException):
            raise fault
        if fault == "lost":
            return Delivery("unknown", reason="no answer in time")
        self.arrived.append(letter)
        if fault == "killed after":
            raise KilledError
        if fault == "silent":
            return Delivery("unknown", reason="no answer in time")
        return Delivery("sent", f"https://desk.example/{len(self.arrived)}")

    def find(self, letter: Letter) -> Delivery | None:
        assert self.can_look_up
        there = [at for at, found in enumerate(self.arrived, 1) if found.reference == letter.reference]
        return Delivery("sent", f"https://desk.example/{there[0]}") if there else None

    @contextmanager
    def opened(self) -> Iterator["Desk"]:
        yield self

    @property
    def references(self) -> list[str]:
        return [letter.reference for letter in self.arrived]
