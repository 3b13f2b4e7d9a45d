"""All benchmarks in one command."""

import pytest
from benchmarks.__main__ import BENCHMARKS, run


def test_a_benchmark_that_is_not_there_is_skipped_with_a_word(capfd: pytest.CaptureFixture[str]) -> None:
    assert run({"not_there": "Nothing"}) == 0
    assert "not written yet: skipped" in capfd.readouterr().out


def test_one_that_fails_is_counted_and_said(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERMERGE_REAL_DATA", raising=False)
    assert run({"real_placebos": BENCHMARKS["real_placebos"]}) == 1
    assert "it ended with exit code 1: no table" in capfd.readouterr().out
