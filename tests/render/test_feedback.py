"""What customers said, as it is shown."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.model.found import Found, FoundFeedback, Tried, WholeFeedback
from aftermerge.model.problem import Attribution, Problem
from aftermerge.render.excerpt import excerpt
from aftermerge.render.feedback import feedback_document, feedback_text
from aftermerge.render.whole_feedback import whole_document, whole_text

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/feedback.schema.json").read_text())
AT = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
SAID = Feedback(
    "desk", "8841", AT, "The export fails\n\nIt just stops.", url="https://desk.example/8841", rating=2, version="3.5.1"
)
HIT = FoundFeedback(SAID, 4.2, ((4, 10),), Release("v3.5.1", "git", "tag", AT), copies=3)
FOUND = Found("export", (HIT,), 312)


def bracketed(text: str, style: str) -> str:
    return f"[{text}]" if style == "unsure" else text


def only_row(item: WholeFeedback) -> Any:
    (row,) = json.loads(json.dumps(whole_document((item,), AT)))["feedback"]
    return row


def shown(answer: Found) -> str:
    return feedback_text(answer, UTC)


def test_a_hit_is_a_block_with_all_that_tells_where_it_stands() -> None:
    assert feedback_text(FOUND, UTC, bracketed).splitlines() == [
        "desk:8841  2026-03-01  2★  3.5.1 → v3.5.1",
        "  The [export] fails — It just stops.",
        "  and 3 near copies of it",
        "  https://desk.example/8841",
        "",
        "1 of 312 found   more: -n",
    ]


def test_days_are_those_of_the_workspace() -> None:
    assert "2026-03-02" in feedback_text(FOUND, ZoneInfo("Europe/Berlin"))


def test_what_was_found_by_typos_or_may_be_missing_is_told() -> None:
    told = shown(replace(FOUND, total=1, corrected=("exprot",), behind="another process is writing"))
    assert "1 found" in told
    assert "typos allowed: `exprot`" in told
    assert "the newest may be missing: another process is writing" in told


def test_nothing_found_says_what_to_try_next() -> None:
    nothing = Found("export login", (), 0, tried=(Tried("export login", 0), Tried("export", 91), Tried("", 1656)))
    assert shown(nothing).splitlines()[:3] == [
        "Nothing found in 1,656 pieces of feedback.",
        "  without the filters: 0",
        "  `export` alone: 91",
    ]
    assert "next: " in shown(nothing)
    assert "hear import" in shown(Found("x", (), 0, tried=(Tried("", 0),)))


def test_only_a_web_address_is_shown_as_a_link() -> None:
    evil = replace(HIT, feedback=replace(SAID, url="javascript:alert(1)"))
    assert "javascript" not in shown(replace(FOUND, found=(evil,)))


@given(st.text(), st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_customer_writes_stays_in_its_lines_and_does_nothing(text: str, problem: str, url: str) -> None:
    said = replace(SAID, text=text, problem=problem, url=f"https://{url}", version=problem)
    told = shown(replace(FOUND, found=(FoundFeedback(said, 1.0, ((0, len(text)),)),)))
    assert not any(c in told for c in "\x1b\r\x07\x85\u202e\u2066\u2028")
    assert all(line.startswith("  ") for line in told.splitlines()[1:-2] if line)


def test_the_search_document_fits_its_published_schema() -> None:
    bare = FoundFeedback(Feedback("desk", "1", AT, "words"), 0.0)
    for answer in (FOUND, Found("", (bare,), 1, ("exprot",), behind="busy"), Found("x", (), 0)):
        document = json.loads(json.dumps(feedback_document(answer, AT)))
        jsonschema.validate(document, SCHEMA, format_checker=jsonschema.FormatChecker())


def test_the_schema_refuses_what_is_no_answer() -> None:
    document = feedback_document(FOUND, AT)
    row = document["feedback"][0]  # type: ignore[index]
    for broken in ({**document, "more": 1}, {**document, "feedback": [{**row, "score": None}]}):
        assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(broken)


def test_one_piece_is_shown_with_who_said_what_of_it() -> None:
    problem = Problem("slow-export", "Slow exports", AT)
    said = replace(SAID, author="7", account="acme", problem="slow-export", reply="We are on it.", replied_at=AT)
    whole = WholeFeedback(
        said, HIT.release, problem, Attribution("desk:8841", "slow-export", "attracted", 0.83), ("desk:1", "desk:2")
    )
    told = whole_text((whole,), UTC)
    for part in (
        "who      desk:7, of account acme",
        "release  v3.5.1, 2026-03-01",
        "problem  slow-export (Slow exports), attracted by what was confirmed, 83% sure",
        "said by  2 more: desk:1, desk:2",
        "  The export fails\n\n  It just stops.",
        "answered on 2026-03-01 23:30",
        "│ We are on it.",
        "https://desk.example/8841",
    ):
        assert part in told, part
    row = only_row(whole)
    assert (row["problem_said_by"], row["certainty"], row["copies"]) == ("attracted", 0.83, ["desk:1", "desk:2"])
    assert row["verbatim"] is None


def test_the_words_as_they_were_written_stand_in_place_of_the_redacted_ones() -> None:
    whole = WholeFeedback(SAID, verbatim=Verbatim("desk:8841", "call 0123", "will do"))
    told = whole_text((whole,), UTC)
    assert "call 0123" in told
    assert "will do" in told
    assert "It just stops" not in told
    assert "journal" in told
    row = only_row(whole)
    assert row["verbatim"] == {"text": "call 0123", "reply": "will do"}


def test_a_customer_s_pieces_are_counted() -> None:
    told = whole_text((WholeFeedback(replace(SAID, author="7")), WholeFeedback(replace(SAID, author="7"))), UTC)
    assert told.endswith("2 pieces of feedback from desk:7")


def test_a_long_text_is_cut_about_the_words_that_were_found() -> None:
    text = "blah " * 100 + "the export crashes here " + "blah " * 100
    lines = excerpt(text, ((500 + 4, 500 + 10),), paint=bracketed)
    assert lines[0].startswith("… blah")
    assert lines[-1].endswith("…")
    assert "the [export] crashes here" in " ".join(lines)
    assert all(len(line) <= 80 for line in lines)


def test_of_many_found_words_the_place_where_most_stand_is_shown() -> None:
    text = "export " + "blah " * 100 + "export login crash"
    at = [0, 507, 514, 520]
    lines = excerpt(text, [(i, i + 5) for i in at])
    assert "login crash" in " ".join(lines)


def test_wide_letters_take_two_columns() -> None:
    lines = excerpt("支付失败了 " * 20, width=40)
    assert all(len(line.replace(" ", "")) * 2 <= 40 for line in lines)


@given(st.text(), st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9))))
def test_an_excerpt_never_breaks(text: str, places: list[tuple[int, int]]) -> None:
    marks = sorted((start, start + long) for start, long in places if start + long <= len(text))
    for line in excerpt(text, marks, most=40, width=20):
        assert "\n" not in line
