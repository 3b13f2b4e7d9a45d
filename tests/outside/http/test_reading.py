"""JSON that others wrote is read without surprises."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from aftermerge.outside.http import reading

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.sampled_from(["a", "b"]), inner),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_whatever_stands_there_nothing_raises(body: object) -> None:
    way = ("a", "b")
    assert isinstance(reading.text(body, *way), str | None)
    assert isinstance(reading.moment(body, *way), datetime | None)
    assert isinstance(reading.whole(body, *way), int | None)
    assert isinstance(reading.reference(body, *way), str | None)
    assert all(hasattr(row, "get") for row in reading.rows(body, *way))
    assert all(isinstance(item, str) for item in reading.texts(body, *way))
    assert reading.moment(body) is None or reading.moment(body).tzinfo is UTC  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    ["2017-09-15T16:50:55Z", "2017-09-15 16:50:55 UTC", "2017-09-15T18:50:55.000+02:00", 1505494255, 1505494255000],
)
def test_a_time_is_read_in_every_form_that_services_write(written: object) -> None:
    assert reading.moment({"at": written}, "at") == datetime(2017, 9, 15, 16, 50, 55, tzinfo=UTC)


def test_an_id_is_one_whether_number_or_text() -> None:
    assert reading.reference({"id": 7}, "id") == reading.reference({"id": "7"}, "id") == "7"
    assert reading.reference({"id": True}, "id") is None


def test_blank_is_no_text() -> None:
    assert reading.text({"body": " \n"}, "body") is None
    assert reading.text({"body": " x "}, "body") == " x "
