"""The rules of a verdict: one interval, one smallest effect worth having, five answers."""

from dataclasses import replace

from aftermerge.errors import InputError
from aftermerge.measure.case import Case
from aftermerge.measure.finding import Finding
from aftermerge.model.amount import parse_amount
from aftermerge.model.readout import Check, Readout, Verdict


def judge(case: Case, finding: Finding) -> Readout:
    """The readout of a case. Numbers keep treatment − control; only the rule looks at which way is good."""
    finding = _with_amendments(case, _unless_withdrawn(case, finding))
    verdict, reason = _verdict(case, finding)
    readout = Readout(
        subject=case.subject,
        metric=case.metric.name,
        design=finding.design,
        role=case.role,
        unit=case.metric.effect_unit,
        worth=case.metric.worth.value,
        verdict=verdict,
        reason=reason,
        estimate=finding.estimate,
        low=finding.low,
        high=finding.high,
        baseline=finding.baseline,
        retrospective=_is_retrospective(case, finding),
        needs=finding.needs if verdict == "too_early" else None,
        checks=finding.checks,
        placebo=finding.placebo,
        units=finding.units,
        window=finding.window,
        slices=finding.slices,
        weights=finding.weights,
        chart=finding.chart,
        sql=finding.sql,
    )
    return _with_guardrail(readout, case, finding) if case.role == "guardrail" else readout


def _unless_withdrawn(case: Case, finding: Finding) -> Finding:
    """What was taken back while it was measured was not there to be measured."""
    if case.withdrawn is None or finding.window is None:
        return finding
    day = case.withdrawn.released_at.date()
    if day > finding.window[1]:
        return finding
    told = f"the change was taken back in {case.withdrawn.id} on {day:%-d %b %Y}, while it was measured"
    return replace(finding, checks=(*finding.checks, Check("withdrawn", "block", told)))


def _with_amendments(case: Case, finding: Finding) -> Finding:
    """What was changed of the claim since it was frozen is said beside it."""
    if not _is_amended(case):
        return finding
    told = "; ".join(map(str, case.amended))
    return replace(finding, checks=(*finding.checks, Check("amended", "warn", f"{_amended(case)}: {told}")))


def _is_amended(case: Case) -> bool:
    return case.role == "primary" and case.frozen_at is not None and bool(case.amended)


def _amended(case: Case) -> str:
    return f"the claim was amended after it was frozen on {case.frozen_at:%-d %b %Y}"


def _is_retrospective(case: Case, finding: Finding) -> bool:
    """Whether the claim was made after users met the change; where a finished table has no times, it counts as so."""
    exposed_at = finding.exposed_at or case.reached_at
    if case.framed_at is None or exposed_at is None:
        return case.framed_at is None or finding.closed
    return case.framed_at > exposed_at


def _verdict(case: Case, finding: Finding) -> tuple[Verdict | None, str]:
    if case.role == "also":
        return None, finding.failure or "reported beside the claim, without a verdict"
    blocking = next((check for check in finding.checks if check.outcome == "block"), None)
    if blocking:
        return "cannot_tell", blocking.detail
    if finding.estimate is None or finding.low is None or finding.high is None:
        return ("too_early" if finding.needs else "cannot_tell"), finding.failure or "nothing could be computed"
    if finding.is_waiting:
        return "too_early", f"the window is open: {_needed(finding)}"
    return _by_interval(case, finding, *_oriented(case, finding.low, finding.high))


def _by_interval(case: Case, finding: Finding, low: float, high: float) -> tuple[Verdict, str]:
    worth, hidden = case.metric.worth, _hidden_within(case)
    if -hidden < low and high < hidden:
        return "no_change", f"the whole interval lies within ±{worth}, the smallest effect worth having"
    if low > 0 and _is_amended(case):
        return "cannot_tell", _amended(case)
    if low > 0:
        return "improved", "the whole interval lies on the good side of zero"
    if high < 0:
        return "harmed", "the whole interval lies on the bad side of zero"
    if finding.needs:
        return "too_early", f"zero and a worthwhile effect are both still possible: {_needed(finding)}"
    return "cannot_tell", f"zero and an effect of {worth} are both still possible, and {_never(case, finding)}"


def _hidden_within(case: Case) -> float:
    """What is smaller counts as no change: by the worth as it was frozen, where it was raised since."""
    present = case.metric.worth
    before = next((item.before for item in case.amended if item.key == "worth"), str(present))
    try:
        worth = parse_amount(before)
    except InputError:
        return present.value
    return min(present.value, worth.value) if worth.unit == present.unit else present.value


def _oriented(case: Case, low: float, high: float) -> tuple[float, float]:
    return (low, high) if case.metric.good == "up" else (-high, -low)


def _needed(finding: Finding) -> str:
    needs = finding.needs
    parts = [] if needs is None else [f"{needs.units:,} units"] if needs.units else []
    parts += [f"{needs.days} day{'s' if needs.days != 1 else ''}"] if needs and needs.days else []
    return f"about {' or '.join(parts)} more" if parts else "more data is on its way"


def _never(case: Case, finding: Finding) -> str:
    if finding.closed:
        return "no more data will come"
    return f"never at this traffic would they part{' by the decision date' if case.decide else ''}"


def _with_guardrail(readout: Readout, case: Case, finding: Finding) -> Readout:
    """A guardrail passes where the bad side of the interval stays within the smallest effect worth having."""
    return replace(readout, checks=(*readout.checks, _guardrail(case, finding)))


def _guardrail(case: Case, finding: Finding) -> Check:
    is_blocked = any(check.outcome == "block" for check in finding.checks)
    if finding.is_waiting or is_blocked or finding.low is None or finding.high is None:
        return Check("guardrail", "warn", "whether it held is not known")
    low, _ = _oriented(case, finding.low, finding.high)
    if low > -case.metric.worth.value:
        return Check("guardrail", "pass", f"rules out a loss of {case.metric.worth}")
    return Check("guardrail", "warn", f"can't rule out a loss of {case.metric.worth}")
