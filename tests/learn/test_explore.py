"""Explorations: their files, and how they stand."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.errors import NoteError
from aftermerge.learn.exploration_file import exploration_file, new_exploration, parse_exploration
from aftermerge.learn.explore import explored
from aftermerge.model.exploration import ExploredQuestion
from aftermerge.model.file_version import FileVersion
from aftermerge.render.explorations import explorations_text

FILE = "explorations/offline-maps.md"


def text(**said: str) -> str:
    keys = {"question": "Who reads maps?", "from": "2026-03-02", "until": "2026-03-06"} | said
    lines = [f"{key}: {value}" for key, value in keys.items() if value]
    return "\n".join(["---", *lines, "---", "Notes."])


def mistake(written: str, file: str = FILE, teams: tuple[str, ...] | None = None) -> NoteError:
    with pytest.raises(NoteError) as caught:
        parse_exploration(written, file, teams)
    assert caught.value.where is not None
    assert caught.value.where.file == file
    return caught.value


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def standing(now: str, *versions: tuple[datetime, str], today: date, zone: timezone = UTC) -> ExploredQuestion:
    """`versions` are given oldest first."""
    past = [FileVersion(time, was) for time, was in reversed(versions)]
    (found,) = explored([parse_exploration(now, FILE)], lambda _: past, today, zone, {"maps": ("friday",)})
    return found


def test_every_key_is_read_and_the_slug_is_the_files_name() -> None:
    whole = text(protected_by="maps", outcome="Nobody", raided_by="an audit", leads_to="no", who="[a@harbor.example]")
    found = parse_exploration(whole, FILE, ("maps",))
    assert (found.slug, found.question, found.since, found.until) == (
        "offline-maps",
        "Who reads maps?",
        date(2026, 3, 2),
        date(2026, 3, 6),
    )
    assert (found.protected_by, found.outcome, found.raided_by) == ("maps", "Nobody", "an audit")
    assert (found.leads_to, found.bet, found.who, found.notes) == ("no", None, ("a@harbor.example",), "Notes.")


@pytest.mark.parametrize(("box", "until"), [("1d", "2026-03-02"), ("5d", "2026-03-06"), ("2w", "2026-03-15")])
def test_a_box_counts_its_first_day(box: str, until: str) -> None:
    assert parse_exploration(text(until="", box=box), FILE).until == date.fromisoformat(until)


@pytest.mark.parametrize(
    ("said", "line", "what"),
    [
        ({"question": ""}, 1, "`question` is missing"),
        ({"from": ""}, 1, "`from` is missing"),
        ({"from": "soon"}, 3, "`soon` is not a date"),
        ({"until": ""}, 3, "nothing says when it ends"),
        ({"box": "5d"}, 5, "both say when it ends"),
        ({"until": "2026-03-01"}, 4, "before it begins"),
        ({"until": "2028-03-01"}, 4, "no box of time"),
        ({"until": "", "box": "0d"}, 4, "no box of time"),
        ({"leads_to": "a bet?"}, 5, "can't be a bet"),
        ({"outcom": "x"}, 5, "unknown key `outcom`"),
        ({"outcome": "&a x"}, 5, "aliases are not read"),
        ({"outcome": "!!python/name:os.system x"}, 5, "tags are not read"),
        ({"outcome": "{a: {b: c}}"}, 5, "nested too deeply"),
    ],
)
def test_a_mistake_is_told_with_its_line(said: dict[str, str], line: int, what: str) -> None:
    error = mistake(text(**said))
    assert error.where is not None
    assert (error.where.line, what in error.what) == (line, True), error


def test_an_unknown_team_is_told_with_the_nearest() -> None:
    error = mistake(text(protected_by="mapps"), teams=("maps", "berths"))
    assert "did you mean `maps`?" in str(error)


def test_a_name_that_can_be_no_slug_is_refused() -> None:
    assert "can't name an exploration" in mistake(text(), "explorations/Offline Maps.md").what


@given(st.text(max_size=200))
def test_any_text_is_an_exploration_or_an_error_with_a_place(written: str) -> None:
    try:
        parse_exploration(f"---\n{written}\n---\n", FILE)
    except NoteError as error:
        told = error
    else:
        return
    assert told.where is not None


@given(st.text(min_size=1, max_size=60).map(str.strip).filter(bool))
def test_what_is_begun_reads_back_as_it_was_asked(question: str) -> None:
    try:
        begun = new_exploration("maps", question, date(2026, 3, 2), 5, "maps")
    except NoteError:
        return  # a character that no text can hold
    assert parse_exploration(exploration_file(begun), begun.file) == begun
    assert (begun.question, begun.until) == (question, date(2026, 3, 6))


OPEN, DONE = text(), text(outcome="Nobody does")


def test_an_outcome_committed_on_the_last_day_is_kept() -> None:
    found = standing(DONE, (at(2), OPEN), (at(6), DONE), today=date(2026, 4, 1))
    assert (found.state, found.outcome_on) == ("kept", date(2026, 3, 6))


def test_an_outcome_committed_a_day_later_is_late() -> None:
    assert standing(DONE, (at(2), OPEN), (at(7), DONE), today=date(2026, 4, 1)).state == "late"


def test_the_last_day_is_that_of_the_workspaces_clock() -> None:
    east = timezone(timedelta(hours=10))
    assert standing(DONE, (at(6, hour=20), DONE), today=date(2026, 4, 1), zone=east).state == "late"


def test_an_outcome_that_is_not_committed_is_not_kept_yet() -> None:
    assert standing(DONE, (at(2), OPEN), today=date(2026, 3, 6)).state == "open"
    assert standing(DONE, (at(2), OPEN), today=date(2026, 3, 7)).state == "late"


def test_a_box_that_ended_without_an_outcome_lapses_the_day_after() -> None:
    assert standing(OPEN, (at(2), OPEN), today=date(2026, 3, 6)).state == "open"
    assert standing(OPEN, (at(2), OPEN), today=date(2026, 3, 7)).state == "lapsed"


def test_whoever_writes_what_raided_it_makes_it_raided_whatever_else_it_says() -> None:
    raided = text(outcome="Nobody does", raided_by="an audit")
    assert standing(raided, (at(3), raided), today=date(2026, 3, 4)).state == "raided"


def test_an_outcome_put_in_better_words_later_stays_kept() -> None:
    better = text(outcome="Nobody does, on land")
    found = standing(better, (at(5), DONE), (at(20), better), today=date(2026, 4, 1))
    assert (found.state, found.outcome_on) == ("kept", date(2026, 3, 5))


def test_an_end_that_is_moved_before_it_has_passed_moves() -> None:
    longer, done = text(until="2026-03-12"), text(until="2026-03-12", outcome="Nobody")
    found = standing(done, (at(2), OPEN), (at(6), longer), (at(11), done), today=date(2026, 4, 1))
    assert (found.state, found.ends) == ("kept", date(2026, 3, 12))


def test_an_end_that_is_moved_after_it_has_passed_stays() -> None:
    done = text(until="2026-03-12", outcome="Nobody")
    found = standing(done, (at(2), OPEN), (at(11), done), today=date(2026, 4, 1))
    assert (found.state, found.ends) == ("late", date(2026, 3, 6))


def test_a_version_that_cant_be_read_is_passed_over() -> None:
    assert (
        standing(DONE, (at(2), OPEN), (at(4), "no front matter"), (at(5), DONE), today=date(2026, 4, 1)).state == "kept"
    )


def test_what_is_shown_says_who_protects_it_and_where_it_leads() -> None:
    said = text(protected_by="maps", outcome='"Nobody \\e[31m does"', leads_to="paper-maps")
    told = explorations_text([standing(said, (at(5), said), today=date(2026, 4, 1))], ["other"])
    assert "protected by maps, whose slack is friday" in told
    assert "learned on 5 Mar 2026: Nobody [31m does" in told
    assert "paper-maps (no such bet was read yet)" in told
