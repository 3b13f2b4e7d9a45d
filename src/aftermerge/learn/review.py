"""The outcome review: opens with what changed for customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, tzinfo

from aftermerge.learn.portfolio import portfolio_of
from aftermerge.model.amount import Amount
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.maintenance import upkeep
from aftermerge.model.metric import FEEDBACK, FEEDBACK_RATE, Metric
from aftermerge.model.reach import Reach, reaches
from aftermerge.model.readout import Readout
from aftermerge.model.review import ReadMetric, Review, ReviewedBet
from aftermerge.model.waiting import Told, reached_at, told_by, waits
from aftermerge.ports import Ledger

_ORDER = ("improved", "harmed", "no_change", "too_early", "cannot_tell", None)


@dataclass(frozen=True, slots=True)
class Period:
    """Days in `timezone`, both inclusive; None is open."""

    timezone: tzinfo
    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """A day that has not come yet belongs to every period that is open at its end."""
        if day is None:
            return self.until is None
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


def review(workspace: str, period: Period, ledger: Ledger, maintenance: Sequence[str] = ()) -> Review:
    """What the ledger knows of a period, put in the order in which a customer would ask.

    `maintenance` are the patterns of changes that are not meant to make a claim.
    """
    as_of, readouts = ledger.readouts()
    metrics = {metric.name: metric for metric in (FEEDBACK_RATE, *ledger.metrics())}
    links, changes, releases = ledger.links(), ledger.changes(), ledger.releases()
    reached = reaches(releases, links, changes)
    told = told_by(ledger.messages())
    by_id = {release.id: release for release in releases}
    bets = ledger.bets()
    asks, feedback = ledger.asks(), ledger.feedback()
    words = _words(feedback, bets)
    built = {link.bet for link in links}
    reviewed = [
        _reviewed(bet, reached.get(bet.slug), bet.slug in built, readouts, metrics, asks, told, words) for bet in bets
    ]
    reviewed = [item for item in reviewed if period.holds(_day(item.release, period))]
    watched = [r for r in readouts if r.role == "watch" and period.holds(_day(by_id.get(r.subject.id), period))]
    answer = Review(
        workspace=workspace,
        as_of=as_of,
        since=period.since,
        until=period.until,
        bets=tuple(sorted(reviewed, key=_rank)),
        releases=tuple(ReadMetric(readout, _metric_of(readout, metrics)) for readout in watched),
        no_claim_share=_no_claim_share(changes, links, period, maintenance),
        portfolio=portfolio_of(reviewed),
    )
    return replace(answer, next_steps=_next_steps(answer, bets, is_empty=not (changes or releases or feedback)))


def _reviewed(
    bet: Bet,
    reach: Reach | None,
    is_built: bool,
    readouts: Sequence[Readout],
    metrics: Mapping[str, Metric],
    asks: Sequence[Ask],
    told: Told,
    words: Mapping[str, Feedback],
) -> ReviewedBet:
    own = [
        ReadMetric(r, _metric_of(r, metrics)) for r in readouts if r.subject.kind == "bet" and r.subject.id == bet.slug
    ]
    asked = [ask for ask in asks if bet.problem and ask.problem == bet.problem]
    return ReviewedBet(
        bet=bet,
        release=reach.release if reach else None,
        claim=next((item for item in own if item.readout.role == "primary"), None),
        others=tuple(item for item in own if item.readout.role != "primary"),
        asked=len(asked),
        waiting=sum(waits(ask, reached_at(reach), told, bet.slug) for ask in asked),
        quote=words.get(bet.problem or ""),
        is_built=is_built,
    )


def _words(feedback: Sequence[Feedback], bets: Sequence[Bet]) -> dict[str, Feedback]:
    """For each problem the first words about it that say something: the longest of the first ten."""
    first: dict[str, list[Feedback]] = {bet.problem: [] for bet in bets if bet.problem}
    for item in feedback:
        heard = first.get(item.problem or "")
        if heard is not None and len(heard) < 10:
            heard.append(item)
    return {problem: max(heard, key=lambda item: len(item.text)) for problem, heard in first.items() if heard}


def _metric_of(readout: Readout, metrics: Mapping[str, Metric]) -> Metric:
    """The metric as the ledger has it; of one that is no longer there, what its readout says."""
    gone = Metric(readout.metric, "count", FEEDBACK, "down", Amount(readout.worth, readout.unit))
    return metrics.get(readout.metric, gone)


def _day(release: Release | None, period: Period) -> date | None:
    return release.released_at.astimezone(period.timezone).date() if release else None


def _rank(item: ReviewedBet) -> tuple[int, str]:
    verdict = item.claim.readout.verdict if item.claim and item.release else None
    return _ORDER.index(verdict), item.bet.slug


def _no_claim_share(
    changes: Sequence[Change], links: Sequence[Link], period: Period, maintenance: Sequence[str]
) -> float | None:
    kept = upkeep(changes, links, maintenance)
    held = (change for change in changes if period.holds(change.merged_at.astimezone(period.timezone).date()))
    shipped = {change.id for change in held} - kept
    return 1 - len(shipped & {link.change for link in links}) / len(shipped) if shipped else None


def _next_steps(answer: Review, bets: Sequence[Bet], *, is_empty: bool) -> tuple[str, ...]:
    steps = []
    if is_empty:
        steps.append("nothing has been read yet: run `aftermerge sync`")
    if not bets:
        steps.append("no bet is written down yet: copy bets/_template.md, and commit it before you build")
    elif answer.as_of is None:
        steps.append("nothing has been measured yet: run `aftermerge measure run`")
    if answer.as_of is None and not bets:
        steps.append("`aftermerge doctor` names everything that is missing, and the command that mends it")
    if any(not item.is_built for item in answer.bets):
        steps.append("link a change to its bet with a line `Bet: slug` in the commit or pull request")
    return tuple(steps)
