"""Whose a path is, by the rules of the services that read CODEOWNERS."""

import pytest

from aftermerge.model.codeowners import read_codeowners

RULES = """\
# everything
*            @harbor/all @maya
*.js         @harbor/web  # and nobody else
/build/logs/ @harbor/ops
docs/*       docs@harbor.example
apps/        @harbor/apps
**/logs      @Harbor/Logs
/apps/legacy
path\\ with/  @harbor/space
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("deep/in/a/file.rb", {"@harbor/all", "@maya"}),
        ("deep/in/a/file.js", {"@harbor/web"}),
        ("docs/start.md", {"docs@harbor.example"}),
        ("docs/deep/start.md", {"@harbor/all", "@maya"}),
        ("any/apps/x/y.py", {"@harbor/apps"}),
        ("build/logs/today.txt", {"@harbor/logs"}),
        ("apps/legacy/x.py", set()),
        ("path with/x.py", {"@harbor/space"}),
    ],
)
def test_the_last_pattern_that_fits_decides(path: str, owners: set[str]) -> None:
    assert read_codeowners(RULES).owners_of(path) == owners


def test_a_section_gives_its_owners_and_decides_by_itself() -> None:
    rules = read_codeowners("*.md @all\n[Docs][2] @docs\ndocs/\n!docs/draft.md\n^[Api] @api\ndocs/api/ @second\n")
    assert rules.owners_of("docs/api/x.md") == {"@all", "@docs", "@second"}
    assert rules.owners_of("docs/draft.md") == {"@all"}


def test_a_file_that_is_empty_owns_nothing() -> None:
    assert read_codeowners("\ufeff\n# nobody\n").owners_of("a") == frozenset()
