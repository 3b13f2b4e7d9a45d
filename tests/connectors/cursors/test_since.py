"""How far a source was read."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.cursors.since import OVERLAP, Since, cursor_of, read_cursor, read_since, read_start
from aftermerge.errors import SettingsError
from aftermerge.outside.keys import Keys

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
versions = st.tuples(
    st.sampled_from("abcde"), st.integers(0, 600).map(lambda seconds: NOON + timedelta(seconds=seconds))
)


@given(st.lists(versions, max_size=20))
def test_what_was_read_is_not_new(read: list[tuple[str, datetime]]) -> None:
    since = Since().after(sorted(read, key=lambda version: version[1]))
    latest = dict(sorted(read, key=lambda version: version[1]))
    assert not any(since.is_new(ref, time) for ref, time in latest.items())


@given(st.lists(versions, min_size=1, max_size=20), versions)
def test_what_changed_later_is_new(read: list[tuple[str, datetime]], changed: tuple[str, datetime]) -> None:
    since = Since().after(read)
    assert since.time is not None
    assert since.is_new(changed[0], since.time + (changed[1] - NOON) + timedelta(seconds=1))


def test_a_change_that_shows_late_is_new_within_the_overlap() -> None:
    since = Since().after([("a", NOON), ("b", NOON + timedelta(seconds=30))])
    assert since.is_new("late", NOON + timedelta(seconds=10))
    assert since.asked_from == NOON + timedelta(seconds=30) - OVERLAP


def test_what_is_shown_again_from_before_the_overlap_was_read() -> None:
    since = Since().after([("a", NOON), ("b", NOON + 2 * OVERLAP)])
    assert not since.is_new("a", NOON)
    assert list(since.saved()) == ["b"]


@given(st.lists(versions, max_size=20))
def test_a_cursor_brings_back_how_far_it_was(read: list[tuple[str, datetime]]) -> None:
    since = Since().after(read)
    cursor = cursor_of({"stream": since.saved()}, ("settings",))
    assert read_since(read_cursor(cursor, ("settings",)).get("stream")) == since


def test_with_other_settings_a_source_is_read_from_its_beginning() -> None:
    cursor = cursor_of({"stream": {"a": NOON.isoformat()}}, "jql one")
    assert read_cursor(cursor, "jql two") == {}
    assert json.loads(cursor)["stream"] == {"a": NOON.isoformat()}


def test_without_a_cursor_it_starts_on_the_day_that_the_settings_name() -> None:
    assert read_since(None).asked_from is None
    assert read_since(None, NOON).asked_from == NOON


def test_a_day_that_is_none_is_refused() -> None:
    assert read_start(Keys("s", {})) is None
    assert read_start(Keys("s", {"since": "2026-03-01"})) == datetime(2026, 3, 1, tzinfo=UTC)
    with pytest.raises(SettingsError, match="`since` of source `s` is no day"):
        read_start(Keys("s", {"since": "March"}))
