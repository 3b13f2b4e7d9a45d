"""`bet ask`: is this worth building? Each answer is pass, warn or missing, with the number and the next step."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from aftermerge.bet.earlier import earlier_on
from aftermerge.model.asked import Answer, AskedBet, Outcome
from aftermerge.model.bet import Bet
from aftermerge.model.feasibility import Feasibility
from aftermerge.model.likeness import likest
from aftermerge.model.metric import Metric
from aftermerge.model.readout import Design
from aftermerge.ports import Knowledge
from aftermerge.render.phrases import VERDICTS

STALE_DAYS = 7
LEAST_CUSTOMERS = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What the answers rest on, besides the ledger: what the bet's metric could show, or why that is not known.

    `hears` is whether the ledger hears customers at all; one that travels as a CI's artifact does not.
    """

    today: date
    metric: Metric
    feasibility: Feasibility | None
    unknown: str = ""
    hears: bool = True


def ask(bet: Bet, known: Known, ledger: Knowledge) -> AskedBet:
    """Every question, whether or not its answer is pleasant."""
    answers = (
        _who_asked(bet, known, ledger),
        _asked_and_helps(bet),
        _alive(known),
        _visible(bet, known),
        _earlier(bet, known, ledger),
        *_said(bet, known.today),
        _copy(bet, ledger),
    )
    return AskedBet(bet, answers)


def _who_asked(bet: Bet, known: Known, ledger: Knowledge) -> Answer:
    question = "Who asked?"
    if bet.problem is None:
        return Answer("who_asked", question, "missing", "the bet names no problem", "add `problem: …` to it")
    said = ledger.feedback(bet.problem)
    if not said and not known.hears:
        then = f"ask where the team's feedback is: `aftermerge bet ask {bet.slug}`"
        return Answer("who_asked", question, "missing", "no customer is heard in this ledger", then)
    if not said:
        then = f"find their words with `aftermerge hear search`, then `aftermerge hear link ID {bet.problem}`"
        return Answer("who_asked", question, "missing", f"nobody is known to have spoken of `{bet.problem}`", then)
    drawn = {row.feedback for row in ledger.attributions(bet.problem) if row.by == "attracted"}
    sure = [row for row in said if row.id not in drawn]
    customers = len({row.asker for row in sure})
    accounts = {row.account: row.account_value for row in sure if row.account and row.account_value is not None}
    value = f", worth {sum(accounts.values()):,.0f} together" if accounts else ""
    likely = f"; {len(said) - len(sure):,} more by likeness alone" if len(said) > len(sure) else ""
    told = f"{_counted(customers, 'customer')} in {_counted(len(sure), 'piece')} of feedback{value}{likely}"
    if customers < LEAST_CUSTOMERS:
        return Answer("who_asked", question, "warn", f"only {told}", "ask more of them before you build")
    return Answer("who_asked", question, "pass", told)


def _asked_and_helps(bet: Bet) -> Answer:
    question = "Is what they asked for what would help them?"
    unsaid = [key for key, text in (("asked", bet.asked), ("helps", bet.helps)) if not text]
    if unsaid:
        told = f"the bet does not say what {'was asked for' if unsaid[0] == 'asked' else 'we believe helps'}"
        return Answer("asked_and_helps", question, "missing", told, f"add `{unsaid[0]}: …`")
    if bet.asked.strip().casefold() == bet.helps.strip().casefold():
        then = "say in `helps` what gets better for them, whatever is built"
        return Answer("asked_and_helps", question, "warn", "both are said in the same words", then)
    return Answer("asked_and_helps", question, "pass", f"asked: {bet.asked}; we believe that helps: {bet.helps}")


def _alive(known: Known) -> Answer:
    question, metric = "Is the metric alive, and where is it now?", known.metric
    if known.feasibility is None:
        return Answer("metric_alive", question, "missing", known.unknown, "`aftermerge doctor` says what is missing")
    recent = known.feasibility.recent
    if recent is None:
        told = f"`{metric.name}` is not recorded by day"
        return Answer("metric_alive", question, "warn", told, "read it from events, or from a series")
    value = f"{recent.value:.1%}" if metric.effect_unit == "pp" else _number(recent.value)
    told = f"`{metric.name}` was {value} on average, last recorded on {recent.day:%-d %b %Y}"
    if known.today - recent.day > timedelta(days=STALE_DAYS):
        return Answer("metric_alive", question, "warn", told, "bring its data up to date: it may be dead")
    return Answer("metric_alive", question, "pass", told)


def _visible(bet: Bet, known: Known) -> Answer:
    question = "Could this effect be seen by the day of decision?"
    found = known.feasibility
    if found is None:
        return Answer("visible", question, "missing", known.unknown, "`aftermerge doctor` says what is missing")
    design: Design = "randomised" if bet.flag and found.arms_a_day else "before_after"
    days = found.seen_after_days[design]
    if days is None and found.unknown and not (found.past_dates or found.arms_a_day):
        then = f"see `aftermerge measure power {found.metric}`"
        return Answer("visible", question, "missing", found.unknown[-1 if bet.flag else 0], then)
    then = f"`aftermerge measure power {found.metric}` says what would be seen; put it behind a flag, or claim less"
    if days is None:
        told = f"{found.effect} would not be seen within {found.horizon_days} days at this traffic"
        return Answer("visible", question, "warn", told, then)
    told = f"{found.effect} is seen {_counted(days, 'day')} after it reaches users"
    left = (bet.decide - known.today).days if bet.decide else None
    if left is not None and 0 <= left < days:
        return Answer("visible", question, "warn", f"{told}, and the decision is due in {_counted(left, 'day')}", then)
    return Answer("visible", question, "pass", told)


def _earlier(bet: Bet, known: Known, ledger: Knowledge) -> Answer:
    question = "What did earlier bets on this metric really do?"
    worth = (bet.worth or known.metric.worth).value
    found = earlier_on(known.metric, worth, bet.slug, ledger.readouts()[1])
    if not found.count:
        told = f"no earlier bet on `{known.metric.name}` has been read out"
        return Answer("earlier", question, "missing", told, "nothing says how likely the claim is: keep the bet small")
    most = f"; {found.largest_told}" if found.largest_told else ""
    told = f"{found.reached} of {found.count} reached {bet.worth or known.metric.worth}{most}"
    told = f"{told}: such a claim comes true about {found.chance:.0%} of the time"
    expected = abs(bet.expect.value) if bet.expect else None
    if expected is not None and found.largest is not None and expected > found.largest:
        then = "say why this one will do more than any before it, or expect less"
        return Answer("earlier", question, "warn", f"{told}; {bet.expect} is more than any of them did", then)
    return Answer("earlier", question, "pass", told)


def _said(bet: Bet, today: date) -> Iterator[Answer]:
    late = bet.decide is not None and bet.decide < today
    yield _key("stop", "What would make us stop?", bet.stop, "stop: no improvement by the decision date")
    yield _key("appetite", "How much is it worth spending?", _days(bet.appetite_days), "appetite: 5d")
    yield _key("guardrails", "What must not get worse?", ", ".join(bet.guardrails), "guardrails: [a_metric]")
    yield _key("owner", "Who follows it after the merge?", bet.owner, "owner: team@example.com")
    if late:
        told = f"the day of decision, {bet.decide}, has passed"
        yield Answer(
            "decide", "When is the answer due?", "warn", told, "decide, or set a later `decide` with the reason"
        )
    else:
        yield _key(
            "decide", "When is the answer due?", bet.decide.isoformat() if bet.decide else None, "decide: 2030-01-31"
        )


def _key(name: str, question: str, said: str | None, line: str) -> Answer:
    outcome: Outcome = "pass" if said else "missing"
    return Answer(name, question, outcome, said or "the bet does not say", None if said else f"add `{line}`")


def _copy(bet: Bet, ledger: Knowledge) -> Answer:
    question = "Which bet is this a copy of?"
    found = likest(bet, [other for other in ledger.bets() if other.slug != bet.slug])
    if found is None:
        return Answer("copy", question, "pass", "none is like it")
    told = f"`{found.slug}` says nearly the same: {found.title}{_came_to(found, ledger)}"
    return Answer("copy", question, "warn", told, f"read it first: `aftermerge bet show {found.slug}`")


def _came_to(bet: Bet, ledger: Knowledge) -> str:
    """What `learn results` says of it."""
    said = [r for r in ledger.readouts()[1] if (r.subject.id, r.subject.kind, r.role) == (bet.slug, "bet", "primary")]
    return f"; it came to: {VERDICTS[said[0].verdict]}" if said else ""


def _number(value: float) -> str:
    """Four digits of it, never in powers of ten; of a large number all that stand before the point."""
    if not value or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{max(3 - math.floor(math.log10(abs(value))), 0)}f}".rstrip("0").rstrip(".")


def _days(days: float | None) -> str | None:
    return None if days is None else f"{days:g} days"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
