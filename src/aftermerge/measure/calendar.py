"""Which days a change is read over, and what else happened on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from aftermerge.measure.case import Case
from aftermerge.model.change import Release, stable
from aftermerge.model.metric import Metric
from aftermerge.model.readout import Check, Subject

WEEK = 7


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which something reached users that can have moved a metric. `carriers` are one and the same change."""

    day: date
    carriers: frozenset[Subject]
    metric: str | None
    """The key of the one metric that it names, or None: it may have moved any."""

    def concerns(self, case: Case) -> bool:
        return self.metric in (None, case.metric.key) and not self.is_of(case)

    def is_of(self, case: Case) -> bool:
        return case.subject in self.carriers or (self.metric is None and bool(_carriers(case) & self.carriers))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The concurrent moments of a workspace, oldest first, in its time zone."""

    moments: tuple[Moment, ...]
    timezone: tzinfo

    def day_of(self, case: Case) -> date | None:
        return case.reached_at.astimezone(self.timezone).date() if case.reached_at else None

    def days_of(self, metric: Metric) -> frozenset[date]:
        """Days on which something reached users that can have moved the metric."""
        return frozenset(moment.day for moment in self.moments if moment.metric in (None, metric.key))

    def concurrent(self, case: Case) -> list[Moment]:
        return [moment for moment in self.moments if moment.concerns(case)]

    def window_days(self, case: Case, switch: date) -> int:
        """Whole weeks from the day after `switch`, until the next concurrent moment, one week at the least."""
        ahead = [m.day for m in self.concurrent(case) if m.day > switch]
        until = min(ahead, default=switch + timedelta(days=case.metric.window_days + 1))
        days = min(case.metric.window_days, (until - switch).days - 1)
        return max(WEEK, days // WEEK * WEEK)

    def check(self, case: Case, switch: date) -> Check:
        """One joint claim, never two: the first change of a knot speaks for all, the others stay silent."""
        near = [m for m in self.concurrent(case) if abs((m.day - switch).days) <= WEEK]
        earlier = [m for m in near if self._precedes(m, case, switch)]
        later = [m for m in near if m not in earlier]
        if earlier:
            return Check(
                "concurrent_change", "block", f"within a week after {_names(earlier)}: one joint claim is made there"
            )
        if later:
            return Check(
                "concurrent_change", "warn", f"one claim together with {_names(later)}, within a week after it"
            )
        return Check("concurrent_change", "pass", "nothing else that can have moved it reached users in the window")

    def _precedes(self, moment: Moment, case: Case, switch: date) -> bool:
        if moment.day != switch:
            return moment.day < switch
        order = [m for m in self.moments if m.day == switch]
        own = next((index for index, m in enumerate(order) if m.is_of(case)), len(order))
        return order.index(moment) < own


def calendar_of(cases: Sequence[Case], releases: Iterable[Release], timezone: tzinfo) -> Calendar:
    """Another bet that names the metric; another release, where releases come less than once a week on average."""
    moments = [
        Moment(case.reached_at.astimezone(timezone).date(), _carriers(case), case.metric.key)
        for case in sorted(cases, key=lambda c: (str(c.reached_at), c.subject.id))
        if case.reached_at and case.subject.kind == "bet"
    ]
    shipped = stable(releases)
    if is_rare(shipped):
        moments += [
            Moment(r.released_at.astimezone(timezone).date(), frozenset({Subject("release", r.id)}), None)
            for r in shipped
        ]
    return Calendar(tuple(sorted(moments, key=lambda m: m.day)), timezone)


def _carriers(case: Case) -> frozenset[Subject]:
    return frozenset({case.subject} | ({Subject("release", case.release)} if case.release else set()))


def is_rare(shipped: Sequence[Release]) -> bool:
    """Whether releases come less than once a week on average."""
    if len(shipped) < 2:
        return True
    span = (shipped[-1].released_at - shipped[0].released_at).days
    return len(shipped) - 1 < span / WEEK


def _names(moments: Sequence[Moment]) -> str:
    named = {(m.day, f"{s.kind} {s.id}") for m in moments for s in m.carriers if m.metric is None or s.kind == "bet"}
    return ", ".join(name for _, name in sorted(named))
