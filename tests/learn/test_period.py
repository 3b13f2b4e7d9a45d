"""Weeks and months, as they are typed."""

from datetime import UTC, date

import pytest

from aftermerge.errors import InputError
from aftermerge.learn.period import period_of

TODAY = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("week", date(2026, 3, 2), date(2026, 3, 8)),
        ("month", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-W10", date(2026, 3, 2), date(2026, 3, 8)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_a_full_week_or_month(text: str, since: date, until: date) -> None:
    found = period_of(text, TODAY, UTC)
    assert (found.since, found.until) == (since, until)


def test_a_week_has_ended_once_its_sunday_is_over() -> None:
    assert period_of("week", date(2026, 3, 8), UTC).until == date(2026, 3, 1)
    assert period_of("week", date(2026, 3, 9), UTC).until == date(2026, 3, 8)


@pytest.mark.parametrize(
    "text", ["2026-W54", "2026-W00", "2026-13", "2026-3", "fortnight", "0000-W01", "", "2026-W10x"]
)
def test_what_is_no_period_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(InputError, match="no period") as raised:
        period_of(text, TODAY, UTC)
    assert "2026-W10" in str(raised.value)
