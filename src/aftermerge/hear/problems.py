"""How does each problem stand? Counted from what was heard, each customer once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta, tzinfo

from aftermerge.hear.copies import first_of
from aftermerge.model.feedback import Feedback
from aftermerge.model.helpfulness import helpfulness
from aftermerge.model.metric import FEEDBACK_RATE
from aftermerge.model.problem_facts import ProblemFacts
from aftermerge.model.readout import Readout
from aftermerge.ports import Ledger

__all__ = ["problem_facts"]

WEEKS, MOST_VOICES = 12, 3


def problem_facts(ledger: Ledger, today: date, timezone: tzinfo) -> tuple[ProblemFacts, ...]:
    """Every problem that feedback speaks of, those with most customers first."""
    titles = {problem.id: problem.title for problem in ledger.problems() if not problem.merged_into}
    said: dict[str, list[Feedback]] = defaultdict(list)
    for row in ledger.feedback():
        if row.problem:
            said[row.problem].append(row)
    attracted = Counter(row.problem for row in ledger.attributions() if row.by == "attracted")
    copies, bets, falls = ledger.near_copies(), ledger.bets(), _falls(ledger)
    messages, confirmations = ledger.messages(), ledger.confirmations()
    found = [
        ProblemFacts(
            id=problem,
            title=titles.get(problem, problem),
            feedback=len(rows),
            customers=len({row.asker for row in rows}),
            since=_day(rows[0], timezone),
            last=_day(rows[-1], timezone),
            by_week=_by_week([_day(row, timezone) for row in rows], today),
            value=_value(rows),
            attracted=attracted[problem],
            bets=tuple(bet.slug for bet in bets if bet.problem == problem),
            voices=_voices(rows, copies),
            solved_by=falls.get(problem),
            helpfulness=helpfulness({bet.slug for bet in bets if bet.problem == problem}, messages, confirmations),
        )
        for problem, rows in said.items()
    ]
    return tuple(sorted(found, key=lambda facts: (-facts.customers, facts.id)))


def _day(row: Feedback, timezone: tzinfo) -> date:
    return row.time.astimezone(timezone).date()


def _by_week(days: Sequence[date], today: date) -> tuple[int, ...]:
    """Whole weeks that end with yesterday."""
    counts = [0] * WEEKS
    for day in days:
        ago = (today - timedelta(days=1) - day).days // 7
        if 0 <= ago < WEEKS:
            counts[WEEKS - 1 - ago] += 1
    return tuple(counts)


def _value(rows: Sequence[Feedback]) -> float | None:
    newest = {row.account or row.asker: row.account_value for row in rows if row.account_value is not None}
    return sum(newest.values()) if newest else None


def _voices(rows: Sequence[Feedback], copies: Mapping[str, str]) -> tuple[Feedback, ...]:
    """The newest that say something, and say it first."""
    own = [row for row in rows if row.text and first_of(row.id, copies) == row.id]
    return tuple(reversed(own[-MOST_VOICES:]))


def _falls(ledger: Ledger) -> Mapping[str, Readout]:
    """By problem, the readout that says that fewer active customers complain of it."""
    named = {
        metric.name: metric.problem for metric in (FEEDBACK_RATE, *ledger.metrics()) if metric.kind == "feedback_rate"
    }
    own = {bet.slug: bet.problem for bet in ledger.bets()}
    fell = [r for r in ledger.readouts()[1] if r.metric in named and r.verdict == "improved" and not r.retrospective]
    problems = [(named[readout.metric] or own.get(readout.subject.id), readout) for readout in fell]
    return {problem: readout for problem, readout in problems if problem}
