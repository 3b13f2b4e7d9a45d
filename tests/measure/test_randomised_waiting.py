"""How long an experiment is waited for, and when it no longer is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aftermerge.measure.case import Case, cases_of
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.verdict import judge
from aftermerge.model.plan import Arms, ArmsOfDay
from aftermerge.model.readout import Check, Needs, Readout
from aftermerge.stats.moments import EMPTY, Moments
from support.world import bet, metric

START = date(2025, 3, 1)
EXPOSED = datetime(2025, 2, 20, tzinfo=UTC)
SHARE = metric("finished", worth="2pp", kind="share", window_days=28)


def case(**more) -> Case:  # type: ignore[no-untyped-def]
    (found,) = cases_of([bet(metric="finished", flag="bulk", **more)], [SHARE], [], [])
    return found


def of_share(n: int, share: float) -> Moments:
    return Moments(n, share, n * share * (1 - share))


def running(days: int, per_day: int = 200, lift: float = 0.011, treated: int | None = None) -> Arms:
    unit = {"off": of_share(per_day, 0.3), "on": of_share(treated or per_day, 0.3 + lift)}
    looks = tuple(ArmsOfDay(START + timedelta(days=index), unit) for index in range(days))
    total = {name: sum((look.arms[name] for look in looks), EMPTY) for name in unit}
    return Arms(total, {name: m.n for name, m in total.items()}, days=looks, first_exposure=EXPOSED)


def unopened() -> Arms:
    return Arms({"off": EMPTY, "on": EMPTY}, {"off": 5000, "on": 5010}, first_exposure=EXPOSED)


def read(case_: Case, arms: Arms, day: int) -> Readout:
    return judge(case_, read_arms(case_, arms, START + timedelta(days=day)))


def sample_ratio(readout: Readout) -> Check:
    return next(check for check in readout.checks if check.name == "sample_ratio")


def test_an_experiment_whose_units_stopped_coming_is_not_waited_for_for_ever() -> None:
    arms = running(28)
    soon, later, late = (read(case(), arms, day) for day in (28, 45, 90))
    assert (soon.verdict, late.verdict) == ("too_early", "cannot_tell")
    assert soon.needs is not None
    assert later.needs is not None
    assert soon.needs.days is not None
    assert later.needs.days is not None
    assert soon.needs.days < later.needs.days, "the fewer came of late, the longer it takes"


def test_a_window_that_ends_after_the_decision_is_told_at_once() -> None:
    for day in (0, 10, 60):
        readout = read(case(decide=START + timedelta(days=12)), unopened(), day)
        assert (readout.verdict, readout.needs) == ("cannot_tell", None)
        assert readout.reason == "the window of 28d ends after the decision"


def test_a_window_that_ends_before_the_decision_is_waited_for() -> None:
    readout = read(case(decide=START + timedelta(days=20)), unopened(), 0)
    assert (readout.verdict, readout.needs) == ("too_early", Needs(19, None))


def test_a_window_that_should_have_closed_long_ago_is_not_waited_for() -> None:
    assert read(case(), unopened(), 200).verdict == "cannot_tell"


@pytest.mark.parametrize(("after", "left"), [(-1, 1), (0, 3), (1, 2), (2, 1)])
def test_until_the_data_had_time_to_come_in_it_is_too_early(after: int, left: int) -> None:
    readout = read(case(decide=START + timedelta(days=27)), running(27, lift=0.016), 27 + after)
    assert readout.verdict == "too_early"
    assert readout.needs is not None
    assert readout.needs.days == left


def test_once_the_data_had_time_to_come_in_nothing_is_waited_for() -> None:
    readout = read(case(decide=START + timedelta(days=27)), running(27, lift=0.016), 30)
    assert (readout.verdict, readout.needs) == ("cannot_tell", None)
    assert "no more data will come" in readout.reason


def test_a_split_that_names_no_variant_leaves_no_verdict_at_once() -> None:
    arms = running(5)
    for decide in (None, START + timedelta(days=40)):
        readout = read(case(decide=decide, split={"off": 0.5, "onn": 0.5}), arms, 5)
        assert (readout.verdict, readout.needs) == ("cannot_tell", None)
        assert "gives no share to `on`" in readout.reason


def test_a_first_look_without_any_success_is_waited_for_while_units_come() -> None:
    none = replace(running(1), total={"off": of_share(20, 0.0), "on": of_share(20, 0.0)})
    assert read(case(), none, 1).verdict == "too_early"
    assert read(case(), none, 60).verdict == "cannot_tell"


def test_an_uneven_fill_of_an_undeclared_split_says_how_one_is_declared() -> None:
    undeclared, declared = (read(case(split=split), running(10, treated=20), 10) for split in ({}, _even()))
    assert "declare it in the bet as `split:`" in sample_ratio(undeclared).detail
    assert "declare it" not in sample_ratio(declared).detail


def test_a_p_too_small_for_a_number_is_never_said_to_be_nought() -> None:
    assert sample_ratio(read(case(), running(28, treated=20), 28)).detail.count("p < 1e-12") == 1


def _even() -> dict[str, float]:
    return {"off": 0.5, "on": 0.5}
