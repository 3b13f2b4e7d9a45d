"""The outcome review: opens with what changed for customers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from aftermerge.learn.period import Period
from aftermerge.learn.portfolio import portfolio_of
from aftermerge.model.amount import Amount
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.maintenance import upkeep
from aftermerge.model.message import Confirmation
from aftermerge.model.metric import FEEDBACK, FEEDBACK_RATE, Metric
from aftermerge.model.reach import Reach, reaches
from aftermerge.model.readout import Readout
from aftermerge.model.review import ReadMetric, Review, ReviewedBet, Wait
from aftermerge.model.thanks import Thanks
from aftermerge.model.waiting import Told, reached_at, told_by, waits
from aftermerge.ports import Ledger

_ORDER = ("improved", "harmed", "no_change", "too_early", "cannot_tell", None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows, ready to be asked bet by bet."""

    readouts: Sequence[Readout]
    metrics: Mapping[str, Metric]
    reached: Mapping[str, Reach]
    built: frozenset[str]
    asks: Sequence[Ask]
    told: Told
    confirmations: Sequence[Confirmation]
    words: Mapping[str, Feedback]


def review(
    workspace: str,
    period: Period,
    ledger: Ledger,
    maintenance: Sequence[str] = (),
    *,
    constraint: str | None = None,
    only_quotable: bool = False,
) -> Review:
    """What the ledger knows of a period, put in the order in which a customer would ask.

    A bet is of the period in which it reached users, was taken back, or was measured. `maintenance` are the patterns of
    changes that are not meant to make a claim. `only_quotable`: for a place from which words can't be taken back, those
    of customers who may be quoted, and no others.
    """
    as_of, readouts = ledger.readouts()
    links, changes, releases = ledger.links(), ledger.changes(), ledger.releases()
    bets, feedback = ledger.bets(), ledger.feedback()
    known = _Known(
        readouts=readouts,
        metrics={metric.name: metric for metric in (FEEDBACK_RATE, *ledger.metrics())},
        reached=reaches(releases, links, changes),
        built=frozenset(link.bet for link in links),
        asks=ledger.asks(),
        told=told_by(ledger.messages()),
        confirmations=ledger.confirmations(),
        words=_words([row for row in feedback if row.may_quote] if only_quotable else feedback, bets),
    )
    every = [_reviewed(bet, known) for bet in bets]
    reviewed = [item for item in every if _is_of(item, period)]
    answer = Review(
        workspace=workspace,
        as_of=as_of,
        since=period.since,
        until=period.until,
        bets=tuple(sorted(reviewed, key=_rank)),
        releases=_watched(known, {release.id: release for release in releases}, period),
        no_claim_share=_no_claim_share(changes, links, period, maintenance),
        portfolio=portfolio_of(reviewed),
        waits=_waits(every),
        constraint=constraint,
        thanks=_thanks(ledger.published_thanks(), period),
    )
    return replace(answer, next_steps=_next_steps(answer, bets, is_empty=not (changes or releases or feedback)))


def _reviewed(bet: Bet, known: _Known) -> ReviewedBet:
    own = [_beside(r, known) for r in known.readouts if r.subject.kind == "bet" and r.subject.id == bet.slug]
    asked = [ask for ask in known.asks if bet.problem and ask.problem == bet.problem]
    reach = known.reached.get(bet.slug)
    return ReviewedBet(
        bet=bet,
        release=reach.release if reach else None,
        claim=next((item for item in own if item.readout.role == "primary"), None),
        others=tuple(item for item in own if item.readout.role != "primary"),
        asked=len(asked),
        waiting=sum(waits(ask, reached_at(reach), known.told, bet.slug) for ask in asked),
        quote=known.words.get(bet.problem or ""),
        is_built=bet.slug in known.built,
        withdrawn=reach.withdrawn if reach else None,
        helped=Counter(said.helped for said in known.confirmations if said.bet == bet.slug),
    )


def _words(feedback: Sequence[Feedback], bets: Sequence[Bet]) -> dict[str, Feedback]:
    """For each problem the first words about it that say something: the longest of the first ten."""
    first: dict[str, list[Feedback]] = {bet.problem: [] for bet in bets if bet.problem}
    for item in feedback:
        heard = first.get(item.problem or "")
        if heard is not None and item.text and len(heard) < 10:
            heard.append(item)
    return {problem: max(heard, key=lambda item: len(item.text)) for problem, heard in first.items() if heard}


def _beside(readout: Readout, known: _Known) -> ReadMetric:
    """With the metric as the ledger has it; of one that is no longer there, what its readout says."""
    gone = Metric(readout.metric, "count", FEEDBACK, "down", Amount(readout.worth, readout.unit))
    return ReadMetric(readout, known.metrics.get(readout.metric, gone))


def _is_of(item: ReviewedBet, period: Period) -> bool:
    moments = [release.released_at for release in (item.release, item.withdrawn) if release]
    days = [_day(at, period) for at in moments] + ([measured] if (measured := _measured_on(item)) else [])
    return any(period.holds(day) for day in days) if days else period.holds(None)


def _measured_on(item: ReviewedBet) -> date | None:
    """The last day over which the claim was read, once it has a verdict."""
    readout = item.claim.readout if item.claim else None
    if readout is None or readout.window is None or readout.verdict in (None, "too_early"):
        return None
    return readout.window[1]


def _watched(known: _Known, releases: Mapping[str, Release], period: Period) -> tuple[ReadMetric, ...]:
    watched = [(readout, releases.get(readout.subject.id)) for readout in known.readouts if readout.role == "watch"]
    days = [(readout, _day(release.released_at, period) if release else None) for readout, release in watched]
    return tuple(_beside(readout, known) for readout, day in days if period.holds(day))


def _waits(items: Sequence[ReviewedBet]) -> tuple[Wait, ...]:
    found = [Wait(item.bet, item.waiting) for item in items if item.waiting]
    return tuple(sorted(found, key=lambda wait: (-wait.customers, wait.bet.slug)))


def _thanks(published: Sequence[Thanks], period: Period) -> tuple[Thanks, ...]:
    return tuple(row for row in published if row.published_at and period.holds(_day(row.published_at, period)))


def _day(at: datetime, period: Period) -> date:
    return at.astimezone(period.timezone).date()


def _rank(item: ReviewedBet) -> tuple[int, str]:
    verdict = item.claim.readout.verdict if item.claim and item.release else None
    return _ORDER.index(verdict), item.bet.slug


def _no_claim_share(
    changes: Sequence[Change], links: Sequence[Link], period: Period, maintenance: Sequence[str]
) -> float | None:
    kept = upkeep(changes, links, maintenance)
    held = (change for change in changes if period.holds(_day(change.merged_at, period)))
    shipped = {change.id for change in held} - kept
    return 1 - len(shipped & {link.change for link in links}) / len(shipped) if shipped else None


def _next_steps(answer: Review, bets: Sequence[Bet], *, is_empty: bool) -> tuple[str, ...]:
    steps = []
    if is_empty:
        steps.append("nothing has been read yet: run `aftermerge sync`")
    if not bets:
        steps.append("no bet is written down yet: `aftermerge bet new NAME` writes one; commit it before you build")
    elif answer.as_of is None:
        steps.append("nothing has been measured yet: run `aftermerge measure run`")
    if answer.as_of is None and not bets:
        steps.append("`aftermerge doctor` names everything that is missing, and the command that mends it")
    if any(not item.is_built for item in answer.bets):
        steps.append("link a change to its bet with a line `Bet: slug` in the commit or pull request")
    return tuple(steps)
