from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.bet.parse import cited, parse_bet
from aftermerge.errors import BetError
from aftermerge.model.amount import Amount
from aftermerge.model.bet import Bet

WHOLE = """\
---
bet: faster-export           # unique in the workspace
asked: "An export-all button"
helps: "Exports that finish before the user gives up"
problem: export-times-out
metric: export_success
also: [exports_started]
expect: +5pp
worth: 1pp
guardrails:
  - p95_latency
appetite: 2w
decide: 2026-12-15
stop: "no improvement by the decision date"
owner: exports@harbor.example
flag: bulk-export
control: off
treatment: on
split: [off 90, on 10]
rollout: [DE 2026-03-02, FR 2026-03-16]
paths: ["src/exports/**"]
---

Why we believe it: `zendesk:8841` waits ten minutes.
---
A rule above is part of the text.
"""


def front(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", ""])


def mistake(text: str) -> BetError:
    with pytest.raises(BetError) as caught:
        parse_bet(text, "bets/a.md")
    assert caught.value.where is not None
    assert caught.value.where.file == "bets/a.md"
    return caught.value


def line(error: BetError) -> int | None:
    assert error.where is not None
    return error.where.line


def test_every_key_of_a_bet_file_is_read() -> None:
    assert parse_bet(WHOLE, "bets/faster-export.md") == Bet(
        slug="faster-export",
        metric="export_success",
        asked="An export-all button",
        helps="Exports that finish before the user gives up",
        problem="export-times-out",
        also=("exports_started",),
        guardrails=("p95_latency",),
        expect=Amount(5.0, "pp"),
        worth=Amount(1.0, "pp"),
        appetite_days=14.0,
        decide=date(2026, 12, 15),
        stop="no improvement by the decision date",
        owner="exports@harbor.example",
        flag="bulk-export",
        control="off",
        treatment="on",
        split={"off": 0.9, "on": 0.1},
        rollout={"DE": date(2026, 3, 2), "FR": date(2026, 3, 16)},
        paths=("src/exports/**",),
        why="Why we believe it: `zendesk:8841` waits ten minutes.\n---\nA rule above is part of the text.",
        file="bets/faster-export.md",
    )


def test_a_name_and_a_metric_are_enough() -> None:
    assert parse_bet(front("bet: a", "metric: m"), "x") == Bet("a", "m", file="x")


def test_an_empty_key_is_as_good_as_none() -> None:
    assert parse_bet(front("bet: a", "metric: m", "owner:", "worth: ''", "also: []", "decide: ~"), "x") == Bet(
        "a", "m", file="x"
    )


def test_values_are_kept_as_they_were_written() -> None:
    bet = parse_bet(front("bet: 007", "metric: yes", "control: 1.10", "treatment: off"), "x")
    assert (bet.slug, bet.metric, bet.control, bet.treatment) == ("007", "yes", "1.10", "off")


def test_a_single_text_is_a_list_of_one() -> None:
    assert parse_bet(front("bet: a", "metric: m", "paths: src/**"), "x").paths == ("src/**",)


def test_a_file_saved_on_windows_reads_the_same() -> None:
    assert parse_bet("\ufeff" + WHOLE.replace("\n", "\r\n"), "x") == parse_bet(WHOLE, "x")


@pytest.mark.parametrize(("written", "days"), [("5d", 5.0), ("2w", 14.0), ("0.5w", 3.5), ("1.5 d", 1.5)], ids=str)
def test_appetite_counts_calendar_days(written: str, days: float) -> None:
    assert parse_bet(front("bet: a", "metric: m", f"appetite: {written}"), "x").appetite_days == days


@pytest.mark.parametrize(
    ("key", "word"),
    [("metrics", "metric"), ("guardrail", "guardrails"), ("decided", "decide"), ("apetite", "appetite")],
)
def test_an_unknown_key_is_answered_with_its_line_and_the_nearest_right_one(key: str, word: str) -> None:
    error = mistake(front("bet: a", "metric: m", "", f"{key}: x"))
    assert line(error) == 5
    assert error.then == f"did you mean `{word}`?"


def test_an_unknown_key_is_told_before_a_value_that_does_not_fit() -> None:
    assert line(mistake(front("bet: NO", "metric: m", "colour: red"))) == 4


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("", 1, "begins with a line `---`"),
        ("bet: a\n", 1, "begins with a line `---`"),
        ("---\nbet: a\n", 1, "not closed"),
        (front(), 1, "`bet` is missing"),
        (front("bet: a"), 1, "`metric` is missing"),
        (front("- a"), 2, "not a list of `key: value` lines"),
        (front("just words"), 2, "not a list of `key: value` lines"),
        (front("bet: Faster Export", "metric: m"), 2, "can't name a bet"),
        (front("bet: -a", "metric: m"), 2, "can't name a bet"),
        (front("bet: a", "metric: [m]"), 3, "one value, not a list"),
        (front("bet: a", "metric: {m: 1}"), 3, "a plain value"),
        (front("bet: a", "metric: m", "worth: big"), 4, "`big` is not an amount"),
        (front("bet: a", "metric: m", "worth: -1pp"), 4, "not worth having"),
        (front("bet: a", "metric: m", f"expect: {'9' * 400}"), 4, "too large"),
        (front("bet: a", "metric: m", "decide: 2026-02-30"), 4, "`2026-02-30` is not a date"),
        (front("bet: a", "metric: m", "decide: next week"), 4, "not a date"),
        (front("bet: a", "metric: m", "appetite: 5"), 4, "not a span of time"),
        (front("bet: a", "metric: m", "split: [off 90]"), 4, "two variants or more"),
        (front("bet: a", "metric: m", "split: off 90"), 4, "two variants or more"),
        (front("bet: a", "metric: m", "split: [off, on]"), 4, "`off` is not a variant and its share"),
        (front("bet: a", "metric: m", "split: [90, 10]"), 4, "`90` is not a variant and its share"),
        (front("bet: a", "metric: m", "split: [off 90, on 0]"), 4, "`on 0` is not a variant and its share"),
        (front("bet: a", "metric: m", "split: [off 90, on -10]"), 4, "`on -10` is not"),
        (front("bet: a", "metric: m", "split: [off 90, on nan]"), 4, "`on nan` is not"),
        (front("bet: a", "metric: m", "split: [on 90, on 10]"), 4, "twice"),
        (front("bet: a", "metric: m", "rollout: [DE]"), 4, "`DE` is not a segment and its first day"),
        (front("bet: a", "metric: m", "rollout: [2026-03-02]"), 4, "`2026-03-02` is not a segment"),
        (front("bet: a", "metric: m", "rollout: [DE 2026-02-30]"), 4, "`DE 2026-02-30` is not"),
        (front("bet: a", "metric: m", "rollout: [DE 2026-03-02, DE 2026-03-09]"), 4, "twice"),
        (front("bet: a", "bet: b", "metric: m"), 3, "stands here twice"),
        (front("bet: a", "metric: m", "helps: Exports: faster"), 4, "mapping values"),
        (front("bet: a", "metric: m", "owner: @harbor/exports"), 4, "cannot start"),
        (front("bet: a", "metric: m", "paths: [**/x]"), 4, "expected"),
        (front("bet: a", "metric: m", "paths: [*x]"), 4, "aliases"),
        (front("bet: a", "metric: m", 'stop: "a\\0b"'), 4, "a character"),
        (front("bet: a", "metric: m", 'stop: "a\\ud800b"'), 4, "a character"),
        (front("bet: a", "metric: m") + "why\x00", 5, "a character"),
        (front("bet: a", "metric: m", "also: &x [b]", "guardrails: *x"), 4, "aliases"),
        (front("bet: a", "metric: m", "stop: !!python/name:os.system"), 4, "tags"),
        (front("bet: a", "metric: m", "also: [[b]]"), 4, "nested too deeply"),
        (front("bet: a", "metric: m", "also: " + "[" * 5000), 4, "nested too deeply"),
        (front("bet: a", "metric: m", "stop: a\x00b"), 4, "a character"),
        (front("bet: a", 'metric: "\\U99999999"'), 2, "is not YAML"),
        (front("bet: a", "? [a, b]", ": c"), 3, "a plain value"),
        (front("bet: a", "--- b"), 3, ""),
    ],
)
def test_a_mistake_is_told_with_its_line_in_the_file(text: str, at: int, words: str) -> None:
    error = mistake(text)
    assert words in error.what
    assert line(error) == at
    assert error.then


@pytest.mark.parametrize(
    ("written", "shares"),
    [
        ("[off 90%, on 10%]", {"off": 0.9, "on": 0.1}),
        ("[off 0.5, on 0.5]", {"off": 0.5, "on": 0.5}),
        ("[a 1, b 1, c 2]", {"a": 0.25, "b": 0.25, "c": 0.5}),
        ('["the old one 3", on 1]', {"the old one": 0.75, "on": 0.25}),
        ("[]", {}),
    ],
)
def test_a_split_is_in_shares_of_one_however_it_is_written(written: str, shares: dict[str, float]) -> None:
    assert parse_bet(front("bet: a", "metric: m", f"split: {written}"), "bets/a.md").split == shares


def test_a_rollout_is_days_by_segment_or_the_name_of_a_column() -> None:
    def rollout(written: str) -> object:
        return parse_bet(front("bet: a", "metric: m", f"rollout: {written}"), "bets/a.md").rollout

    assert rollout("app_version") == "app_version"
    assert rollout("New York 2026-03-02") == rollout("[New York 2026-03-02]") == {"New York": date(2026, 3, 2)}
    assert rollout("") is rollout("[]") is None


def test_lines_are_counted_as_an_editor_counts_them_whatever_ends_them() -> None:
    text = front("bet: a", "asked: 'x\u2028y\x85z'", "metric: m", "worth: big")
    assert line(mistake(text)) == 5
    assert line(mistake(text.replace("\n", "\r\n"))) == 5


def test_a_file_larger_than_256_kib_is_refused_unread() -> None:
    assert "256 KiB" in mistake(front("bet: a", "metric: m") + "x" * 300_000).what


def test_an_alias_bomb_is_refused_before_it_swells() -> None:
    layers = [f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "aliases" in mistake(front("k0: &k0 [lol]", *layers)).what


LINES = st.sampled_from(
    r"""---
bet: a
metric: m
worth: 1pp
also: [
  - x
?
&a
*a
- |
decide: 2026-13-01
why: >-
%TAG
...
{
'
"
appetite: 99999d
expect: ١pp
=: <<
<<: {}
"\ud800": 1""".splitlines()
)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(max_size=80), st.lists(LINES | st.text(max_size=12), max_size=8).map("\n".join)), st.booleans()
)
def test_any_text_is_a_bet_or_a_bet_error_with_a_place(text: str, in_front_matter: bool) -> None:
    try:
        parse_bet(f"---\n{text}\n---\n" if in_front_matter else text, "bets/a.md")
    except BetError as error:
        assert error.where is not None  # noqa: PT017
        assert error.where.line is not None  # noqa: PT017


def test_cited_feedback_is_found_in_order_and_once() -> None:
    why = "As `zendesk:8841` says, and zendesk:12; see (app-store:7f3a-2), github:harbor/app#14, again zendesk:8841."
    assert cited(Bet("a", "m", why=why)) == ("zendesk:8841", "zendesk:12", "app-store:7f3a-2", "github:harbor/app#14")


def test_ids_that_hold_colons_are_cited_whole() -> None:
    assert cited(Bet("a", "m", why="play:gp:AOqpTOG1_x-y.")) == ("play:gp:AOqpTOG1_x-y",)


@pytest.mark.parametrize(
    "why",
    [
        "at 12:30",
        "https://harbor.example/a:1",
        "http://localhost:8000/zendesk:1",
        "note:this",
        "Note: 5 of them",
        "a::b1",
    ],
)
def test_times_addresses_and_plain_words_are_no_citations(why: str) -> None:
    assert cited(Bet("a", "m", why=why)) == ()
