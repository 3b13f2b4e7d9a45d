"""What merge commits say."""

import pytest

from aftermerge.connectors.git.words import branch_of, title_of


@pytest.mark.parametrize(
    ("subject", "branch"),
    [
        ("Merge pull request #12 from harbor/bet/faster-export", "bet/faster-export"),
        ("Merge branch 'bet/faster-export'", "bet/faster-export"),
        ("Merge branch 'faster' into main", "faster"),
        ("Merge branch 'faster' into 'main'", "faster"),
        ("Merge remote-tracking branch 'origin/bet/faster'", "bet/faster"),
        ("Merge remote-tracking branch 'origin/main' into faster", "main"),
        ("Merged in bet/faster (pull request #7)", "bet/faster"),
        ("Merge branches 'one', 'two' and 'three'", "one"),
        ("Merge tidying into the export", None),
        ("Export faster (#12)", None),
    ],
)
def test_the_merged_branch_is_named_without_its_owner(subject: str, branch: str | None) -> None:
    assert branch_of(subject) == branch


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("Merge pull request #12 from harbor/x\n\nExport in one go\n\nBet: export", "Export in one go"),
        ("Merge pull request #12 from harbor/x", "Merge pull request #12 from harbor/x"),
        ("Merge branch 'x' into 'main'\n\nExport in one go\n\nSee merge request harbor/app!4", "Export in one go"),
        ("Merge branch 'x' into 'main'\n\nSee merge request harbor/app!4", "Merge branch 'x' into 'main'"),
        ("Merge branch 'x'\n\n# Conflicts:\n#\ta.py", "Merge branch 'x'"),
        ("Export faster (#12)\n\n* first try", "Export faster (#12)"),
        ("", ""),
    ],
)
def test_the_title_is_the_pull_requests_own_where_the_message_has_it(message: str, title: str) -> None:
    assert title_of(message) == title
