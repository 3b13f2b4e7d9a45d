"""How cells are read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.csv.clean import AmbiguousTimeError, UnreadableError, boolean, is_blank, moment, number

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize("text", ["", "  ", "N/A", "NA", "null", "None", "-", "—", " - "])
def test_what_says_nothing_is_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "no", "none of these", "--"])
def test_what_says_something_is_not_blank(text: str) -> None:
    assert not is_blank(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", 1234),
        ("1 234", 1234),
        ("1\u202f234\u202f567", 1234567),
        ("1,234.5", 1234.5),
        ("-1,234", -1234),
        ("−3", -3),
        ("12%", 12),
        ("12.5 %", 12.5),
        ("1:02:03", 3723),
        ("02:03", 123),
        ("1e3", 1000),
        (".5", 0.5),
    ],
)
def test_a_number_is_read_however_it_is_grouped(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["1,5", "12,34", "1.234,5", "1_000", "inf", "1e999", "five", "1,234 567", "1:99", "$5", "٣"]
)
def test_what_could_be_misread_is_no_number(text: str) -> None:
    with pytest.raises(UnreadableError):
        number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_being_written(value: float) -> None:
    assert number(repr(value)) == value


@given(st.integers(-(10**12), 10**12))
def test_grouping_changes_nothing(value: int) -> None:
    assert number(f"{value:,}") == value
    assert number(f"{value:,}".replace(",", " ")) == value


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 12, 30)))  # noqa: DTZ001
def test_an_iso_time_survives_being_written(value: datetime) -> None:
    aware = value.replace(tzinfo=UTC)
    assert moment(aware.isoformat(), LONDON) == aware
    assert moment(value.isoformat(" "), UTC) == aware
    assert moment(f"{value.isoformat()}Z", LONDON) == aware


@given(st.integers(100_000_000, 4_000_000_000))
def test_epoch_seconds_and_milliseconds_are_the_same_time(seconds: int) -> None:
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert moment(str(seconds), LONDON) == moment(f"{seconds}000", LONDON) == expected


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2020-07-01", datetime(2020, 6, 30, 23, tzinfo=UTC)),
        ("2020-07-01 12:00", datetime(2020, 7, 1, 11, tzinfo=UTC)),
        ("2020-07-01T12:00:00-07:00", datetime(2020, 7, 1, 19, tzinfo=UTC)),
        ("2020-07-01 12:00:00 UTC", datetime(2020, 7, 1, 12, tzinfo=UTC)),
        ("25/12/2020", datetime(2020, 12, 25, tzinfo=UTC)),
        ("12/25/2020 10:30", datetime(2020, 12, 25, 10, 30, tzinfo=UTC)),
        ("04/04/2020", datetime(2020, 4, 3, 23, tzinfo=UTC)),
        ("2020/1/2", datetime(2020, 1, 2, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_the_workspaces(text: str, time: datetime) -> None:
    assert moment(text, LONDON) == time


def test_a_date_that_could_be_two_asks_for_a_format() -> None:
    with pytest.raises(AmbiguousTimeError, match="set `time_format`"):
        moment("03/04/2020", UTC)
    assert moment("03/04/2020", UTC, "%d/%m/%Y") == datetime(2020, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["1969-12-31", "2101-01-01", "0001-01-01T00:00+14:00", "yesterday", "31/31/2020", "2020-02-30", ""]
)
def test_what_is_no_time_of_ours_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        moment(text, UTC)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    for read in (number, boolean, lambda cell: moment(cell, LONDON)):
        assert reason(read, text) is None or text[:20].strip() in str(reason(read, text))


def reason(read: Callable[[str], object], text: str) -> str | None:
    try:
        read(text)
    except UnreadableError as error:
        return str(error)
    return None


def test_booleans_are_words_or_digits() -> None:
    assert boolean(" TRUE ")
    assert not boolean("0")
    with pytest.raises(UnreadableError, match="neither true nor false"):
        boolean("maybe")
