"""Which days a change is read over, and what else reached users with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import pairwise, takewhile

from aftermerge.measure.case import Case
from aftermerge.model.change import Release, stable
from aftermerge.model.metric import Metric
from aftermerge.model.readout import Check, Subject

WEEK = 7
SPEAKING = ("primary", "guardrail", "watch")
"""The roles in which a case is given a verdict."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which something reached users that can have moved a metric. `carriers` are one and the same change.

    `metric` is the key of the one metric that it names, or None: it may have moved any. `speaks` says whether a
    verdict is given on it.
    """

    day: date
    carriers: frozenset[Subject]
    metric: str | None
    speaks: bool = False

    def is_of(self, case: Case) -> bool:
        """Whether it is the same change as the case's: the case itself, or the release that carried it."""
        return case.subject in self.carriers or (self.metric is None and bool(_carriers(case) & self.carriers))

    def is_itself(self, case: Case) -> bool:
        return case.subject in self.carriers and (self.metric is None) == (case.subject.kind == "release")


@dataclass(frozen=True, slots=True)
class Knot:
    """Moments within a week of the first: one joint claim can be made on them, never two.

    `until` is the next knot's first day, None where there is none.
    """

    moments: tuple[Moment, ...]
    until: date | None

    @property
    def day(self) -> date:
        return self.moments[0].day

    def speaker_before(self, case: Case) -> Moment | None:
        """Another change of the knot that makes the claim, because it came first."""
        before = takewhile(lambda moment: not moment.is_itself(case), self.moments)
        speakers = (m for m in before if m.speaks or (m.metric is None and case.metric.watch))
        return next((moment for moment in speakers if not moment.is_of(case)), None)

    def others(self, case: Case) -> list[Moment]:
        return [moment for moment in self.moments if not moment.is_of(case)]


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """What reached users when, oldest first, in the workspace's time zone.

    For a bet, releases that come once a week or more are background. For a release they never are.
    """

    moments: tuple[Moment, ...]
    timezone: tzinfo
    releases_are_rare: bool
    knots: dict[tuple[str, bool], dict[Subject, Knot]] = field(default_factory=dict)
    """By metric, with releases or without, and by what stands in them: tied when first asked for."""

    def day_of(self, case: Case) -> date | None:
        return case.reached_at.astimezone(self.timezone).date() if case.reached_at else None

    def days_of(self, metric: Metric) -> frozenset[date]:
        """Days on which something reached users that can have moved the metric and is not background."""
        return frozenset(moment.day for moment in self._relevant(metric, with_releases=self.releases_are_rare))

    def knot_of(self, case: Case) -> Knot:
        """The knot in which a case that has reached users stands."""
        with_releases = self.releases_are_rare or case.subject.kind == "release"
        key = (case.metric.key, with_releases)
        if key not in self.knots:
            self.knots[key] = _by_subject(_knots(self._relevant(case.metric, with_releases)))
        return self.knots[key][case.subject]

    def window_days(self, case: Case, knot: Knot) -> int:
        """Whole weeks after the knot's first day: until the next knot, a bet's decision, or the metric's window."""
        ends = [knot.day + timedelta(days=case.metric.window_days + 1)]
        ends += [knot.until] if knot.until else []
        ends += [case.decide + timedelta(days=1)] if case.decide else []
        days = (min(ends) - knot.day).days - 1
        return max(WEEK, days // WEEK * WEEK)

    def _relevant(self, metric: Metric, with_releases: bool) -> list[Moment]:
        return [m for m in self.moments if m.metric == metric.key or (m.metric is None and with_releases)]


def check_concurrent(case: Case, knot: Knot) -> Check:
    """One joint claim: the first change of a knot that makes one speaks for all, the others stay silent."""
    speaker, others = knot.speaker_before(case), knot.others(case)
    if speaker:
        told = f"it came within a week after {_names([speaker])}, where one joint claim is made"
        return Check("concurrent_change", "block", told)
    if others:
        return Check("concurrent_change", "warn", f"one claim together with {_names(others)}, within the same week")
    return Check("concurrent_change", "pass", "nothing else that can have moved it reached users in that week")


def calendar_of(cases: Sequence[Case], releases: Iterable[Release], timezone: tzinfo) -> Calendar:
    shipped = stable(releases)
    moments = [
        Moment(release.released_at.astimezone(timezone).date(), frozenset({Subject("release", release.id)}), None)
        for release in shipped
    ]
    moments += [
        Moment(case.reached_at.astimezone(timezone).date(), _carriers(case), case.metric.key, case.role in SPEAKING)
        for case in sorted(cases, key=lambda c: (str(c.reached_at), c.subject.id))
        if case.reached_at and case.subject.kind == "bet"
    ]
    return Calendar(tuple(sorted(moments, key=lambda m: m.day)), timezone, is_rare(shipped))


def is_rare(shipped: Sequence[Release]) -> bool:
    """Whether releases come less than once a week on average."""
    if len(shipped) < 2:
        return True
    span = (shipped[-1].released_at - shipped[0].released_at).days
    return len(shipped) - 1 < span / WEEK


def _knots(moments: Sequence[Moment]) -> list[Knot]:
    """Each knot holds what follows its first moment within a week; what comes later begins the next."""
    groups: list[list[Moment]] = []
    for moment in moments:
        if groups and (moment.day - groups[-1][0].day).days <= WEEK:
            groups[-1].append(moment)
        else:
            groups.append([moment])
    ends = [following[0].day for _, following in pairwise(groups)]
    return [Knot(tuple(group), until) for group, until in zip(groups, [*ends, None], strict=True)]


def _by_subject(knots: Iterable[Knot]) -> dict[Subject, Knot]:
    return {subject: knot for knot in knots for moment in knot.moments for subject in moment.carriers}


def _carriers(case: Case) -> frozenset[Subject]:
    return frozenset({case.subject} | ({Subject("release", case.release)} if case.release else set()))


def _names(moments: Sequence[Moment]) -> str:
    named = {(m.day, f"{s.kind} {s.id}") for m in moments for s in m.carriers if m.metric is None or s.kind == "bet"}
    return ", ".join(name for _, name in sorted(named))
