"""`benchmarks/readout_speed.py` runs and prints a line for each bar; no time is asserted."""

from benchmarks.readout_speed import milliseconds, report


def test_each_bar_has_its_line() -> None:
    told = report(placebos=50).splitlines()
    assert [line.split(" | ")[3] for line in told[2:]] == ["–", "≤ 5 ms", "≤ 5 ms", "≤ 0.3 s"]


def test_an_action_is_timed_over_as_many_calls_as_asked_after_one_to_warm() -> None:
    calls: list[int] = []
    assert milliseconds(lambda: calls.append(1), repeats=5) >= 0
    assert len(calls) == 6
