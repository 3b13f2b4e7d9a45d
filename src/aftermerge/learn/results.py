"""What did the period's bets come to, what was stopped on time, and what did not land?

A bet was stopped on time when it was taken back by the day of its decision, or when it changed nothing that matters and
nothing more was built for it after that day. What harms and is still out was not stopped. What that saved is the
appetite that was not spent by then: time from the first commit to the last merge, by the calendar. Blind spot: time
that was spent without a commit.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta, tzinfo

from aftermerge.learn.period import Period
from aftermerge.learn.review import review
from aftermerge.model.change import Change
from aftermerge.model.likeness import found_share, words_of
from aftermerge.model.loop import DAY
from aftermerge.model.results import Results, Stopped
from aftermerge.model.review import ReviewedBet
from aftermerge.ports import Ledger

_NOT_HELD = ("harmed", "no_change")


def results(
    workspace: str, period: Period, ledger: Ledger, today: date, maintenance: Sequence[str] = (), search: str = ""
) -> Results:
    """`search` looks for words in all that did not land, whenever that was."""
    held = review(workspace, period, ledger, maintenance)
    always = review(workspace, Period(period.timezone), ledger, maintenance)
    built = _built(ledger)
    ends = (_stopped(item, built.get(item.bet.slug, ()), today, period.timezone) for item in held.bets)
    stopped = sorted((end for end in ends if end), key=lambda end: (end.on, end.item.bet.slug))
    return Results(held, tuple(stopped), _library(always.bets, search), search)


def did_not_land(item: ReviewedBet) -> bool:
    """It was taken back, or its claim did not hold."""
    return item.withdrawn is not None or (item.claim is not None and item.claim.readout.verdict in _NOT_HELD)


def text_of(item: ReviewedBet) -> str:
    """All that a search looks at."""
    reason = item.claim.readout.reason if item.claim else ""
    return " ".join((item.bet.slug, item.bet.asked, item.bet.helps, item.bet.why, item.bet.metric, reason))


def _built(ledger: Ledger) -> Mapping[str, Sequence[Change]]:
    by_id = {change.id: change for change in ledger.changes()}
    built = defaultdict(list)
    for link in ledger.links():
        if link.change in by_id:
            built[link.bet].append(by_id[link.change])
    return built


def _stopped(item: ReviewedBet, changes: Sequence[Change], today: date, timezone: tzinfo) -> Stopped | None:
    bet = item.bet
    if bet.stop is None and bet.decide is None:
        return None
    if item.withdrawn:
        on = item.withdrawn.released_at.astimezone(timezone).date()
        how = f"taken back in {item.withdrawn.id}"
        return _ended(item, changes, on, how, timezone) if bet.decide is None or on <= bet.decide else None
    if bet.decide is None or bet.decide >= today or item.claim is None or item.claim.readout.verdict != "no_change":
        return None
    last = max((change.merged_at.astimezone(timezone).date() for change in changes), default=None)
    if last is None or last > bet.decide:
        return None
    return _ended(item, changes, bet.decide, f"nothing more was built after {bet.decide:%-d %b %Y}", timezone)


def _ended(item: ReviewedBet, changes: Sequence[Change], on: date, how: str, timezone: tzinfo) -> Stopped:
    """Building ended before the end: what takes a change back is no building."""
    day_after = on + timedelta(days=1)
    until = [change for change in changes if change.merged_at.astimezone(timezone).date() < day_after]
    begun = [change.begun_at for change in until if change.begun_at]
    if item.bet.appetite_days is None or not begun:
        return Stopped(item, on, how)
    reverting = item.withdrawn.changes if item.withdrawn else ()
    last = max((c.merged_at for c in until if c.id not in reverting), default=max(c.merged_at for c in until))
    spent = max((last - min(begun)) / DAY, 0.0)
    return Stopped(item, on, how, spent, max(item.bet.appetite_days - spent, 0.0))


def _library(items: Sequence[ReviewedBet], search: str) -> tuple[ReviewedBet, ...]:
    kept = [item for item in items if did_not_land(item)]
    asked = words_of(search) or frozenset(search.casefold().split())
    newest = sorted(kept, key=lambda item: (_landed_on(item), item.bet.slug), reverse=True)
    if not asked:
        return tuple(newest)
    shares = {item.bet.slug: found_share(asked, text_of(item)) for item in newest}
    return tuple(sorted((i for i in newest if shares[i.bet.slug] > 0), key=lambda i: -shares[i.bet.slug]))


def _landed_on(item: ReviewedBet) -> str:
    release = item.withdrawn or item.release
    return release.released_at.isoformat() if release else ""
