"""Drafts for those who wait, and what a human approved, sent."""

from collections.abc import Callable, Container, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from aftermerge.errors import AftermergeError, InputError, LeaseTakenError, OutsideError
from aftermerge.model.message import Message
from aftermerge.ports import Clock, Correspondence, Ledger
from aftermerge.tell.ask_helped import draft_questions
from aftermerge.tell.deliver import PENDING, Delivered, deliver
from aftermerge.tell.draft import draft_answers
from aftermerge.tell.letters import Letters, letters_of
from aftermerge.tell.manner import Manner

__all__ = ["Drafted", "SendReport", "Way", "draft_messages", "send_messages"]

LEASE_SECONDS = 120.0
"""One term. It is renewed while the job lives."""

Way = Callable[[], AbstractContextManager[Correspondence]]
"""Opens the way to those who spoke at one source, for one job."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What one job drafted."""

    answers: tuple[Message, ...]
    questions: tuple[Message, ...]

    @property
    def count(self) -> int:
        return len(self.answers) + len(self.questions)


@dataclass(frozen=True, slots=True)
class SendReport:
    """What one job did, up to the errors that ended it at a source.

    `nowhere` are approved messages to those who can't be answered where they asked. `is_quiet`: nothing new was sent,
    for the hour. `taken`: another job is at it, so nothing was done.
    """

    delivered: tuple[Delivered, ...] = ()
    nowhere: tuple[Message, ...] = ()
    errors: tuple[AftermergeError, ...] = ()
    is_quiet: bool = False
    taken: str | None = None


def draft_messages(ledger: Ledger, manner: Manner, clock: Clock, sources: Container[str] | None = None) -> Drafted:
    """An answer for each who waits, at these sources or anywhere; and the question, some days after the answer."""
    now = clock()
    answers = draft_answers(ledger, manner.answer, now, sources)
    if manner.links is None:
        return Drafted(answers, ())
    return Drafted(answers, draft_questions(ledger, manner.question, manner.links, now, manner.ask_after))


def send_messages(ledger: Ledger, ways: Mapping[str, Way], manner: Manner, clock: Clock) -> SendReport:
    """Each source's customers in turn; an error at one source leaves the others their turn.

    Of two jobs with one ledger the later leaves it to the earlier.
    """
    try:
        with ledger.lease("tell", clock(), LEASE_SECONDS):
            return _sent(ledger, ways, manner, clock)
    except LeaseTakenError as error:
        return SendReport(taken=error.what)


def _sent(ledger: Ledger, ways: Mapping[str, Way], manner: Manner, clock: Clock) -> SendReport:
    letters = letters_of(ledger, manner.timezone, manner.links)
    pending = [message for message in ledger.messages() if message.state in PENDING]
    addressed = {letters.source_of(message) for message in pending}
    is_quiet = manner.quiet_hours is not None and manner.quiet_hours.hold(clock(), manner.timezone)
    delivered: list[Delivered] = []
    errors: list[AftermergeError] = []
    for source, way in ways.items():
        if source in addressed:
            try:
                _deliver(delivered, ledger, source, way, letters, clock, is_quiet=is_quiet)
            except (InputError, OutsideError) as error:
                errors.append(error)
    nowhere = tuple(m for m in pending if m.state == "approved" and letters.source_of(m) not in ways)
    return SendReport(tuple(delivered), nowhere, tuple(errors), is_quiet)


def _deliver(
    into: list[Delivered], ledger: Ledger, source: str, way: Way, letters: Letters, clock: Clock, *, is_quiet: bool
) -> None:
    """One by one, so that what was sent before an error is reported."""
    with way() as open_way:
        for done in deliver(ledger, source, open_way, letters, clock, is_quiet=is_quiet):
            into.append(done)  # noqa: PERF402
