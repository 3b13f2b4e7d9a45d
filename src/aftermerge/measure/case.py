"""A case: one change, one metric, and what was said about it beforehand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from aftermerge.errors import BetError, nearest
from aftermerge.model.amendment import Amendment, amendments
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release, stable
from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.metric import FEEDBACK_RATE, Metric
from aftermerge.model.reach import Reach, reaches
from aftermerge.model.readout import Role, Subject


@dataclass(frozen=True, slots=True)
class Case:
    """`metric` carries the worth that holds for this claim. `reached_at` is when the change first reached users.

    `framed_at` is since when the claim has stood as it does now; both are aware, and None while it has not happened.
    `withdrawn` is the release that took the change back. `frozen_at` is when the claim was frozen, None where it was
    not; `amended` is what was changed of it since.
    """

    subject: Subject
    metric: Metric
    role: Role
    framed_at: datetime | None
    reached_at: datetime | None
    release: str | None = None
    flag: str | None = None
    control: str | None = None
    treatment: str | None = None
    split: Mapping[str, float] = field(default_factory=dict)
    rollout: Mapping[str, date] | str | None = None
    decide: date | None = None
    withdrawn: Release | None = None
    frozen_at: datetime | None = None
    amended: tuple[Amendment, ...] = ()


def cases_of(
    bets: Iterable[Bet],
    metrics: Sequence[Metric],
    releases: Sequence[Release],
    links: Iterable[Link],
    changes: Sequence[Change] = (),
    frozen: Iterable[FrozenClaim] = (),
) -> tuple[Case, ...]:
    """Every claim of every bet, and every release for the metrics that watch releases.

    Raises:
        BetError: a bet names a metric that there is not.
    """
    by_name = {name: metric for metric in (FEEDBACK_RATE, *metrics) for name in (metric.name, *metric.was)}
    reached = reaches(releases, links, changes)
    held = {claim.bet: claim for claim in frozen}
    of_bets = [
        _held(case, bet, held.get(bet.slug), metrics)
        for bet in bets
        for case in _of_bet(bet, by_name, reached.get(bet.slug))
    ]
    watched = [metric for metric in metrics if metric.watch]
    of_releases = [_of_release(release, metric) for metric in watched for release in stable(releases)]
    return (*of_bets, *of_releases)


def _of_bet(bet: Bet, metrics: Mapping[str, Metric], reach: Reach | None) -> list[Case]:
    named: list[tuple[str, Role]] = [(bet.metric, "primary")]
    named += [(name, "guardrail") for name in bet.guardrails]
    named += [(name, "also") for name in bet.also]
    if bet.problem and FEEDBACK_RATE.name not in (name for name, _ in named):
        named.append((FEEDBACK_RATE.name, "also"))
    return [_claim(bet, _metric(bet, name, role, metrics), role, reach) for name, role in named]


def _metric(bet: Bet, name: str, role: Role, metrics: Mapping[str, Metric]) -> Metric:
    if name not in metrics:
        raise BetError(f"`{bet.slug}` names `{name}`, which is no metric", then=nearest(name, list(metrics)))
    metric = metrics[name]
    if metric.kind == "feedback_rate":
        metric = replace(metric, problem=metric.problem or bet.problem)
    return replace(metric, worth=bet.worth) if role == "primary" and bet.worth else metric


def _claim(bet: Bet, metric: Metric, role: Role, reach: Reach | None) -> Case:
    return Case(
        subject=Subject("bet", bet.slug),
        metric=metric,
        role=role,
        framed_at=_claimed_at(bet, metric),
        reached_at=reach.release.released_at if reach else None,
        release=reach.release.id if reach else None,
        flag=bet.flag,
        control=bet.control,
        treatment=bet.treatment,
        split=bet.split,
        rollout=bet.rollout,
        decide=bet.decide,
        withdrawn=reach.withdrawn if reach else None,
    )


def _held(case: Case, bet: Bet, frozen: FrozenClaim | None, metrics: Sequence[Metric]) -> Case:
    """The case with what became of its claim since it was frozen."""
    if frozen is None:
        return case
    return replace(case, frozen_at=frozen.frozen_at, amended=amendments(frozen, bet, metrics))


def _claimed_at(bet: Bet, metric: Metric) -> datetime | None:
    """A claim stands once both the bet and the metric that it rests on do; the built-in one always stood."""
    if metric.name == FEEDBACK_RATE.name and metric.framed_at is None:
        return bet.framed_at
    return max(bet.framed_at, metric.framed_at) if bet.framed_at and metric.framed_at else None


def _of_release(release: Release, metric: Metric) -> Case:
    subject = Subject("release", release.id)
    return Case(subject, metric, "watch", metric.framed_at, release.released_at, release.id)
