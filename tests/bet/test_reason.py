"""What a commit's message says of the revision that it made."""

import pytest

from aftermerge.bet.reason import reason_of

PROSE = "Lower the worth\n\nTraffic halved when the season ended,\nso that 5% can't be seen.\n\nMore words."


def test_the_subject_and_the_first_paragraph_are_the_reason() -> None:
    assert reason_of(PROSE) == "Lower the worth\n\nTraffic halved when the season ended, so that 5% can't be seen."
    assert reason_of("docs: say why") == "docs: say why"
    assert reason_of("") == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Merge pull request #12 from harbor/lower",
        "Merge branch 'lower' into 'main'",
        "Merged in lower (pull request #12)",
        "Merge remote-tracking branch 'origin/lower'",
    ],
)
def test_of_a_merge_what_was_merged_speaks(subject: str) -> None:
    assert reason_of(f"{subject}\n\nLower the worth\n\nTraffic halved.\n") == "Lower the worth\n\nTraffic halved."
    assert reason_of(f"{subject}\n\nLower the worth\nTraffic halved.") == "Lower the worth\n\nTraffic halved."
    assert reason_of(f"{subject}\n\nLower the worth\n\nSee merge request harbor/app!12") == "Lower the worth"
    assert reason_of(subject) == subject


def test_of_a_squash_the_line_that_names_what_was_changed_speaks() -> None:
    squash = "Stream the export (#12)\n\n* Stream rows\n* Lower the worth: traffic halved\n\n* review"
    assert reason_of(squash, ("worth",)) == "Stream the export\n\nLower the worth: traffic halved"
    assert reason_of(squash, ("metric",)) == "Stream the export"
    assert reason_of("Less noteworthy (#3)\n\n* noteworthy", ("worth",)) == "Less noteworthy"


def test_what_is_for_machines_is_no_reason_and_names_nobody() -> None:
    trailers = "Closes #12\n\nBet: faster-export\n---------\nCo-authored-by: Maya <maya@harbor.example>\nRefs: #3\n"
    assert reason_of(f"Lower the worth (#12)\r\n\r\n{trailers}") == "Lower the worth"
    assert reason_of(f"Lower the worth\n\n{trailers}\nTraffic halved.") == "Lower the worth\n\nTraffic halved."
