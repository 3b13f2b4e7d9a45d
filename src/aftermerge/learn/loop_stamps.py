"""When each bet reached each stage of its loop, from facts in the ledger; what no fact tells stays unknown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from aftermerge.model.bet import Bet
from aftermerge.model.change import Change
from aftermerge.model.feedback import Ask
from aftermerge.model.loop import Loop, LoopStamp, in_order
from aftermerge.model.message import Confirmation, Message
from aftermerge.model.metric import FEEDBACK_RATE
from aftermerge.model.notice import Milestone
from aftermerge.model.reach import Reach, reaches
from aftermerge.model.readout import Readout
from aftermerge.model.settled import is_settled, window_end
from aftermerge.ports import Ledger


@dataclass(frozen=True, eq=False, slots=True)
class Facts:
    """What the ledger knows that a stamp can rest on; each by bet, but `asks` by problem."""

    changes: Mapping[str, Sequence[Change]]
    reached: Mapping[str, Reach]
    claims: Mapping[str, Readout]
    measured: Mapping[str, Milestone]
    asks: Mapping[str, Sequence[Ask]]
    answers: Mapping[tuple[str, str], Message]
    confirmations: Mapping[str, Sequence[Confirmation]]
    windows: Mapping[str, int]
    timezone: tzinfo


def loops_of(ledger: Ledger, timezone: tzinfo) -> tuple[Loop, ...]:
    """Every bet's loop, in the ledger's order."""
    facts = facts_of(ledger, timezone)
    return tuple(loop_of(bet, facts) for bet in ledger.bets())


def facts_of(ledger: Ledger, timezone: tzinfo) -> Facts:
    changes, links = ledger.changes(), ledger.links()
    by_id = {change.id: change for change in changes}
    linked, asks, said = defaultdict(list), defaultdict(list), defaultdict(list)
    for link in links:
        if link.change in by_id:
            linked[link.bet].append(by_id[link.change])
    for ask in ledger.asks():
        asks[ask.problem].append(ask)
    for confirmation in ledger.confirmations():
        said[confirmation.bet].append(confirmation)
    return Facts(
        changes=linked,
        reached=reaches(ledger.releases(), links, changes),
        claims={r.subject.id: r for r in ledger.readouts()[1] if r.role == "primary" and r.subject.kind == "bet"},
        measured={mark.bet: mark for mark in ledger.milestones() if mark.stage == "measured"},
        asks=asks,
        answers={(m.bet, m.asker): m for m in ledger.messages() if m.kind == "answer"},
        confirmations=said,
        windows={metric.name: metric.window_days for metric in (FEEDBACK_RATE, *ledger.metrics())},
        timezone=timezone,
    )


def loop_of(bet: Bet, facts: Facts) -> Loop:
    stamps = in_order(_stamps(bet, facts))
    return Loop(bet.slug, stamps, facts.windows.get(bet.metric, 0), _done(bet, stamps, facts))


def _stamps(bet: Bet, facts: Facts) -> Iterator[LoopStamp]:
    asks, changes = facts.asks.get(bet.problem or "", ()), facts.changes.get(bet.slug, ())
    if asks:
        first = min(asks, key=lambda ask: ask.asked_at)
        yield LoopStamp("heard", first.asked_at, f"feedback {first.feedback}")
    if bet.begun_at:
        yield LoopStamp("framed", bet.begun_at, f"commit of {bet.file}" if bet.file else "commit")
    if begun := min(((c.begun_at, c.id) for c in changes if c.begun_at), default=None):
        yield LoopStamp("building", begun[0], f"first commit of {begun[1][:10]}")
    if changes:
        merged = min(changes, key=lambda change: change.merged_at)
        yield LoopStamp("merged", merged.merged_at, f"commit {merged.id[:10]}")
    yield from _reached(bet, facts)
    yield from _measured(bet, facts)
    if told := _told(bet, facts):
        yield told
    if said := min(facts.confirmations.get(bet.slug, ()), key=lambda one: one.said_at, default=None):
        yield LoopStamp("confirmed", said.said_at, f"answer to {said.feedback}, by {said.by}")


def _reached(bet: Bet, facts: Facts) -> Iterator[LoopStamp]:
    """Behind a flag a change is exposed when the first unit is; without one, when its release is out."""
    reach = facts.reached.get(bet.slug)
    if reach:
        yield LoopStamp("deployed", reach.release.released_at, f"release {reach.release.id}")
    claim = facts.claims.get(bet.slug)
    if bet.flag and claim and claim.design in ("randomised", "staggered") and claim.window:
        first = datetime.combine(claim.window[0], time(), facts.timezone)
        yield LoopStamp("exposed", first, f"first exposure to {bet.flag}")
    elif reach and not bet.flag:
        yield LoopStamp("exposed", reach.release.released_at, f"release {reach.release.id}")


def _measured(bet: Bet, facts: Facts) -> Iterator[LoopStamp]:
    mark, claim = facts.measured.get(bet.slug), facts.claims.get(bet.slug)
    if mark:
        yield LoopStamp("measured", mark.at, mark.source)
    elif claim and is_settled(claim) and (end := window_end(claim, facts.timezone)):
        yield LoopStamp("measured", end, "last day of the readout")


def _told(bet: Bet, facts: Facts) -> LoopStamp | None:
    """When the last of those who may be answered was; None while one of them waits, and where nobody is to be told."""
    reach = facts.reached.get(bet.slug)
    if reach is None:
        return None
    answers = [_answer(bet, ask, reach, facts) for ask in _to_tell(bet, reach, facts)]
    known = [answer for answer in answers if answer is not None]
    return max(known, key=lambda stamp: stamp.at) if known and len(known) == len(answers) else None


def _to_tell(bet: Bet, reach: Reach, facts: Facts) -> list[Ask]:
    asks = facts.asks.get(bet.problem or "", ())
    return [ask for ask in asks if ask.may_contact and ask.asked_at <= reach.release.released_at]


def _answer(bet: Bet, ask: Ask, reach: Reach, facts: Facts) -> LoopStamp | None:
    message = facts.answers.get((bet.slug, ask.asker))
    if message and message.is_settled:
        return LoopStamp("told", message.sent_at or message.changed_at, f"{message.state}: {message.id}")
    if ask.answered_at and ask.answered_at >= reach.release.released_at:
        return LoopStamp("told", ask.answered_at, f"reply to {ask.feedback}")
    return None


def _done(bet: Bet, stamps: Sequence[LoopStamp], facts: Facts) -> LoopStamp | None:
    by_stage = {stamp.stage: stamp for stamp in stamps}
    reach = facts.reached.get(bet.slug)
    if reach and reach.withdrawn:
        return LoopStamp("deployed", reach.withdrawn.released_at, f"taken back in {reach.withdrawn.id}")
    measured, told = by_stage.get("measured"), by_stage.get("told")
    if measured is None or reach is None or not _to_tell(bet, reach, facts):
        return measured
    return told
