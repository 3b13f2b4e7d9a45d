"""The questions of the contract suite as bets of a workspace, read out to their verdicts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import isclose
from zoneinfo import ZoneInfo

from aftermerge.measure.run import Request, run
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.metric import Metric
from aftermerge.model.plan import ArmsQuestion, RolloutQuestion, SegmentsQuestion
from aftermerge.model.readout import Readout
from aftermerge.ports import Usage
from support.engines.questions import ALL, Asked
from support.engines.same import CLOSE
from support.engines.tables import DAYS, FIRST_DAY
from support.memory_ledger import MemoryLedger

_SHARES = ("share", "retention", "funnel")
_BEGUN = datetime(2025, 12, 1, tzinfo=UTC)
_SHIPPED = FIRST_DAY + timedelta(days=62)
_NOW = datetime.combine(FIRST_DAY + timedelta(days=DAYS), datetime.min.time(), UTC)
_OPENED = {
    "segments: a count": {"ab": _SHIPPED, "AB": _SHIPPED + timedelta(days=7)},
    "segments: a share": {"pro": _SHIPPED},
    "segments: rows": {"nord": FIRST_DAY + timedelta(days=35)},
}
_VARIANTS = {
    ("app", "bulk"): ("off", "on"),
    ("app", "Größe 'neu'"): ("Birnen", "Äpfel"),
    ("zoned", "neu"): ("A", "B"),
    ("written", "bulk"): ("x", "y"),
    ("cats", "gate"): ("gate_30", "gate-50"),
    ("dogs", "gate"): ("off", "on"),
}
_WORTH = {"units: a quantile": Amount(400.0, "percent")}


def readouts(usage: Usage, zone: str) -> Mapping[str, Readout]:
    """By metric, in a time zone."""
    found = run(Request(ZoneInfo(zone)), _ledger(), usage, lambda: _NOW).readouts
    return {readout.metric: readout for readout in found}


def same_readout(found: Readout, expected: Readout) -> None:
    """Verdict, grade, checks and words are the same, and numbers to 1e-9 of their standard error."""
    for name in ("subject", "role", "unit", "verdict", "grade", "reason", "checks", "needs", "units", "window"):
        assert getattr(found, name) == getattr(expected, name), name
    for name in ("estimate", "low", "high"):
        _same_number(getattr(found, name), getattr(expected, name), _error(expected))
    assert [each.name for each in found.slices] == [each.name for each in expected.slices]
    for one, other in zip(found.slices, expected.slices, strict=True):
        _same_number(one.estimate, other.estimate, (other.high - other.low) / 4)


def _error(readout: Readout) -> float:
    """The standard error, about: a quarter of the 95% interval, which is wider where looks are many."""
    if readout.low is None or readout.high is None:
        return 0.0
    return (readout.high - readout.low) / 4


def _same_number(found: float | None, expected: float | None, error: float) -> None:
    if found is None or expected is None:
        assert found is expected
        return
    assert isclose(found, expected, rel_tol=1e-14, abs_tol=CLOSE * error), (found, expected)


def _ledger() -> MemoryLedger:
    ledger = MemoryLedger()
    bets = tuple(_bet(f"b{index}", asked) for index, asked in enumerate(ALL.values()))
    metrics = tuple(_metric(asked) for asked in ALL.values())
    shipped = datetime.combine(_SHIPPED, datetime.min.time(), UTC)
    change = Change("c1", "git", shipped, "all of it", "all of it")
    released = Release("v2.0", "git", "tag", shipped, changes=("c1",))
    ledger.store("all", Batch("1", bets=bets, metrics=metrics, releases=(released,), changes=(change,)))
    ledger.replace_links([Link("c1", bet.slug, "message") for bet in bets])
    return ledger


def _metric(asked: Asked) -> Metric:
    metric = asked.question.metric
    worth = Amount(2.0, "pp") if metric.kind in _SHARES else Amount(5.0, "percent")
    return replace(metric, worth=_WORTH.get(metric.name, worth), framed_at=_BEGUN)


def _bet(slug: str, asked: Asked) -> Bet:
    question = asked.question
    flag = getattr(question, "flag", None)
    control, treatment = _VARIANTS.get((question.metric.source, flag or ""), (None, None))
    rollout: Mapping[str, date] | str | None = None
    if isinstance(question, RolloutQuestion):
        rollout = question.column
    if isinstance(question, SegmentsQuestion):
        rollout = _OPENED[question.metric.name]
    until = getattr(question, "until", None) if isinstance(question, ArmsQuestion) else None
    return Bet(
        slug,
        question.metric.name,
        flag=flag,
        control=control,
        treatment=treatment,
        rollout=rollout,
        decide=until.date() if until else None,
        begun_at=_BEGUN,
        framed_at=_BEGUN,
    )
