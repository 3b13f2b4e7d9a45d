"""Which names hold a version, and which versions are for trying out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.version import is_prerelease, is_version

PRE = ["1.0a1", "4.0rc1", "3.19a0", "v2.0.0-beta.1", "1.0.dev3", "v1.0.0-alpha", "1.0-M2", "v1.2.0-rc", "app/2.0b2"]
PRE += ["nightly-2024.05.01", "1.0.post1.dev2", "2.0.0-SNAPSHOT", "v3.0.0-next.4", "1.0c1", "REL_15_BETA1", "v2-rc1"]
FINAL = ["1.0", "v2.0.0", "2024.05.1", "2024-05-01", "1.0.post1", "1.0.2a", "69.0.3497.71", "v1.2.3+alpha.1"]
FINAL += ["REL_15_2", "sqlite-utils-3.1", "v3", "dev-tools-1.2.3", "1.2.3-1", "release-42", "1.0.0-final"]


@pytest.mark.parametrize("version", PRE)
def test_a_version_with_a_prerelease_mark_is_a_prerelease(version: str) -> None:
    assert is_prerelease(version)


@pytest.mark.parametrize("version", FINAL)
def test_a_finished_version_is_no_prerelease(version: str) -> None:
    assert not is_prerelease(version)


@pytest.mark.parametrize("name", [*FINAL, *(name for name in PRE if name != "REL_15_BETA1")])
def test_a_name_with_a_version_number_is_a_version(name: str) -> None:
    assert is_version(name)


@pytest.mark.parametrize("name", ["latest", "stable", "nightly", "before-refactoring", "backup", "issue-12-fix", ""])
def test_a_name_without_a_version_number_is_no_version(name: str) -> None:
    assert not is_version(name)


@given(st.lists(st.integers(0, 3000), min_size=2, max_size=4))
def test_numbers_and_dots_are_always_a_finished_version(numbers: list[int]) -> None:
    name = ".".join(map(str, numbers))
    assert is_version(name)
    assert not is_prerelease(name)
    assert is_prerelease(f"{name}rc1")
