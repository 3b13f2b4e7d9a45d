"""Changes that are not meant to make a claim."""

import pytest

from aftermerge.model.change import Change
from aftermerge.model.maintenance import is_upkeep, upkeep
from support.world import change, day, link


def made(title: str, *paths: str) -> Change:
    return Change("c", "git", day(1), title, title, paths=paths)


@pytest.mark.parametrize("title", ["chore: tidy", "Chore(deps): bump", "chore"])
def test_a_title_fits_in_whatever_case(title: str) -> None:
    assert is_upkeep(made(title, "src/app.py"), ["chore*"])
    assert not is_upkeep(made(f"No {title}", "src/app.py"), ["chore*"])


def test_all_paths_have_to_be_under_patterns() -> None:
    patterns = ["docs/**", "*.md"]
    assert is_upkeep(made("Say it better", "docs/how-to/a.md", "README.md"), patterns)
    assert not is_upkeep(made("Say it better", "docs/a.md", "src/app.py"), patterns)
    assert not is_upkeep(made("Say it better", "src/notes.md"), patterns)


def test_of_a_change_without_known_paths_only_the_title_speaks() -> None:
    assert not is_upkeep(made("Say it better"), ["docs/**"])


def test_a_sign_that_means_something_elsewhere_means_itself() -> None:
    assert is_upkeep(made("[deps] (auto)"), ["[deps]*"])
    assert not is_upkeep(made("d"), ["[deps]"])


def test_what_serves_a_bet_is_no_maintenance_and_without_patterns_nothing_is() -> None:
    changes = [change("c1", 1, "chore: a"), change("c2", 1, "chore: b")]
    assert upkeep(changes, [link("c1", "faster-export")], ["chore*"]) == {"c2"}
    assert upkeep(changes, [], ()) == frozenset()
