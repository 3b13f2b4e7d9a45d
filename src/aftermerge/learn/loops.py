"""Where do loops wait?

Eight intervals lie between nine stages. heard → framed, framed → building, merged → deployed and measured → told are
queues: nobody works on the loop, it waits for somebody. building → merged is work. deployed → exposed is the rollout,
and exposed → measured first the window that the metric asks for, by design, and only then a queue. told → confirmed
waits for a customer. Times are by the calendar. Blind spot: work and queue inside one interval are not told apart, and
a stamp is as early as the fact by which it is known.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

import numpy as np

from aftermerge.learn.handoffs import TeamOf, handoffs
from aftermerge.learn.loop_stamps import facts_of, loop_of
from aftermerge.model.loop import DAY, KINDS, STAGES, Loop, Loops, LoopStage, Wait, Week
from aftermerge.ports import Ledger
from aftermerge.stats.queues import little_residual

WEEKS = 12


def loops(ledger: Ledger, timezone: tzinfo, now: datetime, team_of: TeamOf | None = None) -> Loops:
    """Every loop, and what they have in common; `team_of` says whose code a change lies in."""
    facts = facts_of(ledger, timezone)
    found = tuple(loop_of(bet, facts) for bet in ledger.bets())
    return Loops(
        as_of=now,
        loops=found,
        waits=tuple(_wait(stage, found, now) for stage in STAGES[1:]),
        weeks=tuple(_weeks(found, now.astimezone(timezone).date(), timezone)),
        window_share=_window_share(found),
        residual=_residual(found, now),
        handoffs=handoffs(facts.changes, team_of) if team_of else None,
        next_steps=_next_steps(found),
    )


def _wait(stage: LoopStage, found: Sequence[Loop], now: datetime) -> Wait:
    done = [loop.days[stage] for loop in found if stage in loop.days]
    since = [(loop.waits_since, loop.bet) for loop in found if loop.now_in == stage]
    open_ = sorted(((max((now - at) / DAY, 0.0), bet) for at, bet in since if at), reverse=True)
    p50, p85 = (float(value) for value in np.quantile(done, (0.5, 0.85))) if done else (None, None)
    ages = tuple(days for days, _ in open_)
    return Wait(stage, KINDS[stage], len(done), p50, p85, ages, open_[0][1] if open_ else None)


def _weeks(found: Sequence[Loop], today: date, timezone: tzinfo) -> list[Week]:
    """The last twelve, the running one too; none while nothing was framed."""
    framed = Counter(_monday(at, timezone) for loop in found if (at := loop.at("framed")))
    done = Counter(_monday(loop.done.at, timezone) for loop in found if loop.done)
    last = today - timedelta(days=today.weekday())
    mondays = [last - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return [Week(monday, framed[monday], done[monday]) for monday in mondays] if framed else []


def _monday(at: datetime, timezone: tzinfo) -> date:
    day = at.astimezone(timezone).date()
    return day - timedelta(days=day.weekday())


def _window_share(found: Sequence[Loop]) -> float | None:
    """A verdict may come before its window is over: no more is by design than was waited."""
    waited = [(loop.days["measured"], loop.window_days) for loop in found if "measured" in loop.days]
    total = sum(days for days, _ in waited)
    return sum(min(days, window) for days, window in waited) / total if total else None


def _residual(found: Sequence[Loop], now: datetime) -> float | None:
    """From framed to done, over the days since the first was framed."""
    spans = [(at, loop.done.at if loop.done else None) for loop in found if (at := loop.at("framed"))]
    if not spans:
        return None
    begin = min(at for at, _ in spans)
    came = [(at - begin) / DAY for at, _ in spans]
    left = [max((end - begin) / DAY, day) if end else np.inf for day, (_, end) in zip(came, spans, strict=True)]
    until = (now - begin) / DAY
    return little_residual(came, left, 0.0, until) if until > 0 else None


def _next_steps(found: Sequence[Loop]) -> tuple[str, ...]:
    if not found:
        return ("no bet is written down yet: `aftermerge bet new SLUG`, and commit it",)
    steps = []
    if not any(loop.at("merged") for loop in found):
        steps.append("no change is linked to a bet: write a line `Bet: slug` in the commit or the pull request")
    elif not any(loop.at("deployed") for loop in found):
        steps.append("no release carried a bet: `aftermerge doctor` says where releases are read from")
    elif not any(loop.at("measured") for loop in found):
        steps.append("nothing has been measured yet: run `aftermerge measure run`")
    if not any(loop.at("heard") for loop in found):
        steps.append("nobody is known to have asked: name a `problem` in the bet, and link feedback to it")
    return tuple(steps)
