"""A person's own file: computed from facts when they ask, and kept nowhere.

It covers every month of the period, the quiet ones too, so that what was done first weighs as much as what was done
last. Nothing in it is counted, but for the customers who waited for a bet, which is the bet's number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from aftermerge.model.bet import Bet
from aftermerge.model.crossing import Crossing
from aftermerge.model.evidence import EvidenceFile, EvidenceItem, EvidenceMonth, MetExpectation, MetLevel
from aftermerge.model.exploration import ExploredQuestion
from aftermerge.model.ladder import LadderLevel
from aftermerge.model.person import Person
from aftermerge.model.reach import reaches
from aftermerge.model.readout import Readout
from aftermerge.model.thanks import Habit, ShownHabit, Thanks
from aftermerge.ports import Ledger
from aftermerge.render.phrases import VERDICTS, effect, people

_CROSSED: Mapping[str, str] = {
    "answered": "answered a customer, where they asked",
    "changed": "changed the code of {into}, for a bet with customers",
    "interviewed": "sat down with customers",
}
_OUTCOMES = {"kept": "its box was kept", "late": "after its box", "raided": "raided: {raided_by}", "lapsed": "lapsed"}


@dataclass(frozen=True, slots=True)
class Known:
    """What evidence is drawn from, apart from the ledger."""

    shown: Sequence[ShownHabit]
    crossings: Sequence[Crossing]
    explorations: Sequence[ExploredQuestion]
    levels: Sequence[LadderLevel]
    timezone: tzinfo

    def day(self, at: datetime) -> date:
        return at.astimezone(self.timezone).date()


def evidence(person: Person, workspace: str, since: date, until: date, ledger: Ledger, known: Known) -> EvidenceFile:
    """What facts show of this person from `since` to `until`, both inclusive."""
    found = (
        *_bets(person, ledger, known),
        *_habits(person, known),
        *_crossings(known),
        *_explorations(person, known),
        *_thanks(person, ledger.thanks(person.email), known),
    )
    items = sorted((item for item in found if since <= item.on <= until), key=lambda item: (item.on, item.about))
    return EvidenceFile(
        person=person.email,
        workspace=workspace,
        since=since,
        until=until,
        months=tuple(_months(items, since, until)),
        levels=tuple(_met(level, items) for level in known.levels),
        unseen=tuple(_unseen(person)),
    )


def _bets(person: Person, ledger: Ledger, known: Known) -> Iterator[EvidenceItem]:
    """The bets that they own, from being written down to what they did."""
    reached = reaches(ledger.releases(), ledger.links(), ledger.changes())
    asks, readouts = ledger.asks(), ledger.readouts()[1]
    titles = {metric.name: metric.title for metric in ledger.metrics()}
    for bet in ledger.bets():
        if bet.owner is None or not person.is_called(bet.owner):
            continue
        if bet.begun_at is not None:
            yield EvidenceItem(known.day(bet.begun_at), "bet", bet.slug, "written down", bet.title, (bet.slug,))
        if bet.slug in reached:
            release = reached[bet.slug].release
            waited = sum(ask.problem == bet.problem and ask.asked_at <= release.released_at for ask in asks)
            told = f"reached users with {release.id}{_waited(waited)}"
            yield EvidenceItem(known.day(release.released_at), "bet", bet.slug, told, "", (bet.slug,))
        claim = next((r for r in readouts if r.role == "primary" and r.subject.id == bet.slug), None)
        if claim is not None:
            yield from _read_out(bet, claim, titles.get(claim.metric, claim.metric))


def _waited(customers: int) -> str:
    return f"; {people(customers)} waited for this bet" if customers else ""


def _read_out(bet: Bet, claim: Readout, title: str) -> Iterator[EvidenceItem]:
    if claim.window is None or claim.verdict in (None, "too_early"):
        return
    told = f"read out as {VERDICTS[claim.verdict]}, {effect(claim)}".removesuffix(", ")
    yield EvidenceItem(claim.window[1], "learning", bet.slug, told, title, (bet.slug,))


def _habits(person: Person, known: Known) -> Iterator[EvidenceItem]:
    """An interview is told as the crossing that it is."""
    for shown in known.shown:
        if shown.habit != "crossed_a_boundary" and any(map(person.is_called, shown.whose)):
            yield EvidenceItem(shown.on, "habit", shown.about, shown.told, "", shown.evidence, (shown.habit,))


def _crossings(known: Known) -> Iterator[EvidenceItem]:
    for crossing in known.crossings:
        told = _CROSSED[crossing.kind].format(into=" and ".join(crossing.into))
        habits: tuple[Habit, ...] = ("crossed_a_boundary",)
        if crossing.customer:
            told += f"; {crossing.customer} asked first" if crossing.customer != crossing.evidence else ""
            habits += ("unblocked_a_customer",) if crossing.kind == "answered" else ()
        yield EvidenceItem(crossing.on, "crossing", crossing.bet, told, "", (crossing.bet, crossing.evidence), habits)


def _explorations(person: Person, known: Known) -> Iterator[EvidenceItem]:
    for item in known.explorations:
        found = item.exploration
        if not any(map(person.is_called, found.who)):
            continue
        yield EvidenceItem(found.since, "exploration", found.slug, "asked", found.question, (found.slug,))
        if item.state != "open":
            how = _OUTCOMES[item.state].format(raided_by=found.raided_by)
            told, words = f"{'learned' if found.outcome else 'no outcome'} ({how})", found.outcome or ""
            yield EvidenceItem(item.outcome_on or item.ends, "exploration", found.slug, told, words, (found.slug,))


def _thanks(person: Person, thanks: Sequence[Thanks], known: Known) -> Iterator[EvidenceItem]:
    """Those that they received, and those that they gave and the receiver published."""
    for row in thanks:
        on, about = known.day(row.given_at), row.evidence[0]
        if row.receiver == person.email:
            yield EvidenceItem(on, "thanked", about, "thanked", row.text, row.evidence, (row.habit,), giver=row.giver)
        elif row.giver == person.email and row.published_at is not None:
            yield EvidenceItem(on, "thanks", about, "gave thanks", row.text, row.evidence, receiver=row.receiver)


def _months(items: Sequence[EvidenceItem], since: date, until: date) -> Iterator[EvidenceMonth]:
    """Every month that the period touches, oldest first."""
    first = since.replace(day=1)
    while first <= until:
        month = (first.year, first.month)
        yield EvidenceMonth(first, tuple(item for item in items if (item.on.year, item.on.month) == month))
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _met(level: LadderLevel, items: Sequence[EvidenceItem]) -> MetLevel:
    met = (
        MetExpectation(expected, tuple(item for item in items if set(item.habits) & set(expected.habits)))
        for expected in level.expectations
    )
    return MetLevel(level, tuple(met))


def _unseen(person: Person) -> Iterator[str]:
    if not person.names:
        yield "your replies to tickets: `aftermerge learn me link SOURCE NAME` says which are yours"
    if person.team is None:
        yield "your changes in another team's code: `git config aftermerge.team NAME` says which team is yours"
