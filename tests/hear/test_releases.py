"""Feedback joins the release whose version it names."""

from datetime import UTC, datetime, timedelta

import pytest

from aftermerge.hear.releases import release_of
from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback

AT = datetime(2026, 3, 1, tzinfo=UTC)


def said(version: str | None, day: int = 0) -> Feedback:
    return Feedback("store", "1", AT + timedelta(days=day), "words", version=version)


def release(name: str, day: int = -5, source: str = "git") -> Release:
    return Release(name, source, "tag", AT + timedelta(days=day))


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("3.5.1", "v3.5.1"),
        ("v3.5.1", "3.5.1"),
        ("3.5", "v3.5.0"),
        ("3.5.1 (4711)", "v3.5.1"),
        ("3.5.1+build.9", "app/3.5.1"),
        ("3.5.1-rc.1", "v3.5.1rc1"),
        ("69.0.3497.71", "69.0.3497.71"),
        ("15.2", "REL_15_2"),
        ("7", "v7"),
    ],
)
def test_a_version_joins_its_release_however_it_is_written(version: str, name: str) -> None:
    found = release_of(said(version), [release("v1.0"), release(name), release("v3.5.2")])
    assert found is not None
    assert found.id == name


@pytest.mark.parametrize(
    ("version", "name"),
    [(None, "v3.5.1"), ("", "v3.5.1"), ("latest", "v3.5.1"), ("3.5.1", "v3.5.1-rc1"), ("3.5", "v3.5.1"), ("3.5", "x")],
)
def test_another_version_joins_nothing(version: str | None, name: str) -> None:
    assert release_of(said(version), [release(name)]) is None


def test_of_two_with_one_version_the_last_before_they_wrote_is_taken_else_the_first() -> None:
    twice = [release("v2.0", -9, "web"), release("2.0", -2, "app"), release("v2.0", 3, "desk")]
    found = [release_of(said("2.0", day), twice) for day in (0, -5, 9, -20)]
    assert [(r.source if r else None) for r in found] == ["app", "web", "desk", "web"]
