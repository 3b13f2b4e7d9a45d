"""Habits that facts show, each with what shows it: from these a thank-you is suggested, and evidence is drawn.

Each rule reads what anyone may read: the bets' own files, releases, readouts, who was answered, what customers said.
Blind spot: a habit that leaves no such trace is not seen, and whose it was is taken from the files alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change
from aftermerge.model.exploration import ExploredQuestion
from aftermerge.model.feedback import Ask
from aftermerge.model.interview import Interview
from aftermerge.model.message import Confirmation
from aftermerge.model.reach import Reach, reaches
from aftermerge.model.readout import Readout
from aftermerge.model.thanks import Habit, ShownHabit
from aftermerge.ports import Ledger
from aftermerge.render.phrases import VERDICTS

_READ = ("improved", "harmed", "no_change")
_UNHOPED = ("harmed", "no_change")


@dataclass(frozen=True, slots=True)
class _Followed:
    """A bet with all that became of it; `answered` has when each who asked was answered, since it reached users."""

    bet: Bet
    changes: tuple[Change, ...]
    reach: Reach | None
    claim: Readout | None
    asks: tuple[Ask, ...]
    answered: Mapping[str, datetime]
    confirmations: tuple[Confirmation, ...]
    interviews: tuple[Interview, ...]
    timezone: tzinfo

    def shows(self, habit: Habit, on: date, told: str, *evidence: str, whose: tuple[str, ...] = ()) -> ShownHabit:
        owner = whose or ((self.bet.owner,) if self.bet.owner else ())
        return ShownHabit(self.bet.slug, "bet", habit, on, told, (self.bet.slug, *evidence), owner)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.timezone).date()


def shown_habits(
    ledger: Ledger, explorations: Sequence[ExploredQuestion], interviews: Sequence[Interview], timezone: tzinfo
) -> tuple[ShownHabit, ...]:
    """By bet, then by exploration; of each in the order of its days. Never by whose they are."""
    of_bets = [sorted(_of_bet(item), key=lambda shown: shown.on) for item in _followed(ledger, interviews, timezone)]
    return (*(shown for of_bet in of_bets for shown in of_bet), *(s for e in explorations for s in _of_exploration(e)))


def _of_bet(item: _Followed) -> Iterator[ShownHabit]:
    yield from _asked_the_hard_question(item)
    yield from _followed_after_merge(item)
    yield from _closed_the_loop(item)
    yield from _unblocked(item)
    yield from _stopped_on_time(item)
    yield from _taught(item)
    yield from _crossed(item)


def _asked_the_hard_question(item: _Followed) -> Iterator[ShownHabit]:
    """Before anything was built it said what would stop it, when, and what must not get worse."""
    bet, built = item.bet, item.changes[0].merged_at if item.changes else None
    if bet.begun_at is None or built is None or bet.begun_at > built:
        return
    if bet.stop and bet.decide and bet.guardrails:
        told = "before it was built it said what would stop it, by which day, and what must not get worse"
        yield item.shows("asked_the_hard_question", item.day(bet.begun_at), told)


def _followed_after_merge(item: _Followed) -> Iterator[ShownHabit]:
    """It was followed to a verdict, and work on it went on after it had reached users."""
    claim = item.claim
    if item.reach is None or claim is None or claim.verdict not in _READ or claim.window is None:
        return
    released_at, release = item.reach.release.released_at, item.reach.release.id
    later = next((change for change in item.changes if change.merged_at > released_at), None)
    if later is not None:
        told = f"work went on after {release} had reached users, as far as a verdict: {VERDICTS[claim.verdict]}"
        yield item.shows("followed_after_merge", max(item.day(later.merged_at), claim.window[1]), told, later.id)
    elif item.answered:
        feedback, at = min(item.answered.items(), key=lambda pair: pair[1])
        told = (
            f"one who asked was answered after {release}, and it was followed to a verdict: {VERDICTS[claim.verdict]}"
        )
        yield item.shows("followed_after_merge", max(item.day(at), claim.window[1]), told, feedback)


def _closed_the_loop(item: _Followed) -> Iterator[ShownHabit]:
    """All who can be reached were answered since it reached them, or one of them said whether it helped."""
    if item.confirmations:
        first = min(item.confirmations, key=lambda said: said.said_at)
        told = "a customer was asked whether it helped, and has answered"
        yield item.shows("closed_the_loop", item.day(first.said_at), told, first.feedback)
        return
    asked = [ask.feedback for ask in item.asks if ask.may_contact]
    if asked and all(feedback in item.answered for feedback in asked):
        last = max(asked, key=lambda feedback: item.answered[feedback])
        told = "everyone who asked, and can be reached, has an answer since it reached them"
        yield item.shows("closed_the_loop", item.day(item.answered[last]), told, last)


def _unblocked(item: _Followed) -> Iterator[ShownHabit]:
    helped = [said for said in item.confirmations if said.helped in ("yes", "partly")]
    first = min(helped, key=lambda said: said.said_at, default=None)
    if first is not None:
        told = "a customer says that it helped" + (" in part" if first.helped == "partly" else "")
        yield item.shows("unblocked_a_customer", item.day(first.said_at), told, first.feedback)


def _stopped_on_time(item: _Followed) -> Iterator[ShownHabit]:
    withdrawn = item.reach.withdrawn if item.reach else None
    if withdrawn is not None and item.bet.decide and item.day(withdrawn.released_at) <= item.bet.decide:
        told = f"it was taken back in {withdrawn.id}, by the day of decision that was set beforehand"
        yield item.shows("stopped_on_time", item.day(withdrawn.released_at), told)


def _taught(item: _Followed) -> Iterator[ShownHabit]:
    """A claim that was written down beforehand, and did not come true."""
    claim = item.claim
    if claim is None or claim.retrospective or claim.verdict not in _UNHOPED or claim.window is None:
        return
    told = f"it was written down beforehand and did not come true, which is known now: {VERDICTS[claim.verdict]}"
    yield item.shows("taught_us_something", claim.window[1], told)


def _crossed(item: _Followed) -> Iterator[ShownHabit]:
    for interview in item.interviews:
        told = "they sat down with customers who have its problem"
        yield item.shows("crossed_a_boundary", interview.on, told, interview.file, whose=interview.who)


def _of_exploration(item: ExploredQuestion) -> Iterator[ShownHabit]:
    """Only what was kept: an outcome by the end of the box."""
    found = item.exploration
    if item.state != "kept" or item.outcome_on is None:
        return
    habit: Habit = "asked_the_hard_question" if found.leads_to == "no" else "taught_us_something"
    told = "its question was answered with no" if found.leads_to == "no" else "its box of time taught something"
    yield ShownHabit(found.slug, "exploration", habit, item.outcome_on, told, (found.slug,), found.who)


def _followed(ledger: Ledger, interviews: Sequence[Interview], timezone: tzinfo) -> Iterator[_Followed]:
    changes, links = {change.id: change for change in ledger.changes()}, ledger.links()
    reached = reaches(ledger.releases(), links, tuple(changes.values()))
    readouts, asks, confirmations = ledger.readouts()[1], ledger.asks(), ledger.confirmations()
    linked: dict[str, list[Change]] = defaultdict(list)
    for link in links:
        if link.change in changes:
            linked[link.bet].append(changes[link.change])
    told = _told(ledger)
    for bet in ledger.bets():
        reach = reached.get(bet.slug)
        own = tuple(ask for ask in asks if bet.problem and ask.problem == bet.problem)
        yield _Followed(
            bet=bet,
            changes=tuple(sorted(linked[bet.slug], key=lambda change: (change.merged_at, change.id))),
            reach=reach,
            claim=next((r for r in readouts if r.role == "primary" and r.subject.id == bet.slug), None),
            asks=own,
            answered=_answered(bet, own, reach, told),
            confirmations=tuple(said for said in confirmations if said.bet == bet.slug),
            interviews=tuple(talk for talk in interviews if bet.problem and talk.problem == bet.problem),
            timezone=timezone,
        )


def _told(ledger: Ledger) -> Mapping[tuple[str, str], datetime]:
    """When each customer was sent the answer that a bet owes them."""
    sent = (message for message in ledger.messages() if message.kind == "answer" and message.state == "sent")
    return {(message.bet, message.asker): message.sent_at for message in sent if message.sent_at}


def _answered(
    bet: Bet, asks: Sequence[Ask], reach: Reach | None, told: Mapping[tuple[str, str], datetime]
) -> Mapping[str, datetime]:
    """When each ask, by its feedback, was answered since the bet reached users."""
    if reach is None:
        return {}
    found = {ask.feedback: told.get((bet.slug, ask.asker)) or ask.answered_at for ask in asks}
    return {feedback: at for feedback, at in found.items() if at is not None and at >= reach.release.released_at}
