"""The comment on a pull request; how it looks is held by snapshots.

Refresh with AFTERMERGE_UPDATE_SNAPSHOTS=1, and read the difference before it is committed.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.amendment import Amendment
from aftermerge.model.amount import parse_amount
from aftermerge.model.feedback import Ask, Feedback
from aftermerge.model.readout import Check, Needs, Readout, Subject
from aftermerge.model.standing import Standing
from aftermerge.render.pull_request import interval_line, verdict_comment
from support.world import bet, day, release

SNAPSHOTS = Path(__file__).parent / "snapshots"
BET = bet("faster-export", helps="Exports that finish", problem="slow-export", expect=parse_amount("+5pp"))
READOUT = Readout(
    Subject("bet", "faster-export"),
    "export_success",
    "randomised",
    "primary",
    "pp",
    1.0,
    "improved",
    "the whole interval lies on the good side of zero",
    estimate=5.2,
    low=3.1,
    high=7.4,
    units={"off": 12340, "on": 12298},
    window=(date(2026, 1, 1), date(2026, 1, 28)),
)
GUARDRAIL = replace(READOUT, metric="p95_latency", role="guardrail", unit="percent", verdict="no_change", worth=5.0)
WARNED = replace(GUARDRAIL, checks=(Check("sample_ratio", "warn", "off : on is 1.2 : 1"), Check("fine", "pass", "x")))


def ask(number: int, answered: int | None = None, *, may_contact: bool = True) -> Ask:
    answered_at = None if answered is None else day(answered)
    return Ask(f"crm:{number}", "slow-export", f"crm:{number}", "crm", day(1), answered_at, may_contact)


def standing(*readouts: Readout, asks: Sequence[Ask] = (), **more: object) -> Standing:
    said = Standing(BET, "measured", (), release("v2", 20), readouts, tuple(asks), ())
    return replace(said, **more)  # type: ignore[arg-type]


AMENDED = (Amendment("worth", "1pp", "0.1pp"),)
CASES: Mapping[str, Sequence[Standing]] = {
    "improved": [standing(READOUT, WARNED, asks=[ask(1), ask(2), ask(3, 30)])],
    "too_early": [
        standing(
            replace(
                READOUT,
                verdict="too_early",
                reason="the window is open: 12 more days",
                design="before_after",
                needs=Needs(12, None),
                low=-1.4,
                estimate=0.8,
                high=3.0,
            )
        )
    ],
    "nothing_computed": [
        standing(
            replace(READOUT, verdict="cannot_tell", reason="there is no unit", estimate=None, low=None, high=None),
            asks=[ask(1, 30)],
        )
    ],
    "harmed_retrospective_amended_taken_back": [
        standing(
            replace(READOUT, verdict="harmed", estimate=-4.0, low=-5.5, high=-2.5, retrospective=True),
            amended=AMENDED,
            withdrawn=release("v3", 30),
        )
    ],
    "two_bets": [
        standing(READOUT),
        standing(
            replace(READOUT, verdict="no_change", low=-0.3, estimate=0.1, high=0.5), bet=bet("import", asked="CSV")
        ),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_the_comment_is_the_one_that_was_looked_at(name: str) -> None:
    path, comment = SNAPSHOTS / f"pull_request_{name}.md", verdict_comment(CASES[name]) + "\n"
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS"):
        path.write_text(comment)
    assert comment == path.read_text()


def test_the_verdict_comes_first() -> None:
    assert verdict_comment([standing(READOUT)]).startswith("### ▲ Improved: Exports that finish\n")


def test_no_word_of_a_customers_and_nothing_that_names_one_is_in_it() -> None:
    voice = Feedback("crm", "1", day(1), "I am Ana and it hangs", author="ana", may_quote=True)
    comment = verdict_comment([standing(READOUT, asks=[ask(1)], voices=(voice,))])
    assert "hangs" not in comment
    assert "crm" not in comment
    assert "1 customer asked for this; 1 still waits for an answer." in comment


def test_who_may_not_be_written_to_does_not_wait() -> None:
    assert "none waits" in verdict_comment([standing(READOUT, asks=[ask(1, may_contact=False), ask(2, 25)])])


def test_where_nobody_is_known_to_have_asked_nothing_is_said_of_customers() -> None:
    assert "customer" not in verdict_comment([standing(READOUT)])


@pytest.mark.parametrize("hostile", ["@maya", "#12", "harbor/docs#7", "www.evil.test", "http://evil.test"])
def test_no_text_calls_a_person_or_links_anywhere(hostile: str) -> None:
    """GitHub looks for these once escapes and entities are gone: only what stands between breaks them."""
    said = replace(
        READOUT, metric=hostile, reason=hostile, checks=(Check(hostile, "block", hostile),), units={}, window=None
    )
    told = standing(said, replace(said, role="guardrail"), bet=bet("b", helps=hostile), amended=AMENDED)
    told = replace(told, withdrawn=release(hostile, 30), amended=(Amendment(hostile, hostile, hostile),))
    seen = verdict_comment([told]).replace("&#64;", "@").replace("\\#", "#").replace("&#58;", "\\:")
    assert hostile not in seen
    assert seen.count("&#8203;") > 5 or hostile.startswith("http")


@given(st.text(max_size=80))
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    plain = verdict_comment([standing(replace(READOUT, reason="x"), bet=bet("b", helps="x"))])
    odd = verdict_comment([standing(replace(READOUT, reason=f"x{text}"), bet=bet("b", helps=f"x{text}"))])
    assert odd.count("\n") == plain.count("\n")
    assert odd.count("```") == 2
    assert "<!--" not in odd


def test_a_pull_request_of_many_bets_stays_within_what_a_comment_may_hold() -> None:
    long = "x " * 5000
    checks = tuple(Check(f"c{number}", "warn", long) for number in range(12))
    said = standing(replace(READOUT, reason=long, checks=checks), GUARDRAIL, bet=bet("b", helps=long))
    comment = verdict_comment([said] * 200)
    assert len(comment) < 65_000
    assert "190 more bets" in comment


def test_the_same_standing_is_told_in_the_same_words() -> None:
    assert len({verdict_comment(CASES["improved"]) for _ in range(3)}) == 1


@given(st.floats(-50, 50), st.floats(0.01, 60), st.floats(0, 1), st.floats(0.01, 20))
def test_the_interval_stands_in_its_place_on_the_line(low: float, width: float, part: float, worth: float) -> None:
    estimate, high = low + part * width, low + width
    line = interval_line(replace(READOUT, low=low, estimate=estimate, high=high, worth=worth))
    assert len(line) <= 41
    assert line.count("●") == 1
    if "[" in line and "]" in line:
        assert line.index("[") < line.index("●") < line.index("]")
    if low > 0.2 * (high + worth) and "│" in line and "[" in line:
        assert line.index("│") < line.index("[")


@pytest.mark.parametrize("odd", [float("inf"), float("nan")])
def test_what_is_no_number_is_not_drawn(odd: float) -> None:
    assert interval_line(replace(READOUT, high=odd)) == ""
    assert interval_line(replace(READOUT, low=None)) == ""
    assert interval_line(replace(READOUT, low=0.0, estimate=0.0, high=0.0, worth=0.0)) == ""


def test_a_day_that_passes_changes_nothing() -> None:
    later = replace(CASES["improved"][0], release=release("v2", 20))
    assert verdict_comment([later]) == verdict_comment(CASES["improved"])
    assert day(20) + timedelta(days=1) == day(21)
