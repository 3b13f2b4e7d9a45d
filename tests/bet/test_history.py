"""A bet's file through time: what each revision changed of the claim."""

from dataclasses import replace

from aftermerge.bet.history import revisions
from aftermerge.bet.write import bet_file
from aftermerge.model.amount import parse_amount
from aftermerge.model.file_version import FileVersion
from aftermerge.render.claims import history_document, history_text
from support.world import bet, day, metric

FIRST = bet(worth=parse_amount("5%"), why="Because.")
REWORDED = replace(FIRST, why="Because of them.")
LOWERED = replace(REWORDED, worth=parse_amount("1%"))
WHY = "Be modest\n\nThe season ended, and with it half of the traffic: an effect of one in twenty would never be seen."
VERSIONS = [
    FileVersion(day(30), bet_file(LOWERED), WHY),
    FileVersion(day(20), bet_file(REWORDED), "Reword\x1b[2J it"),
    FileVersion(day(0), bet_file(FIRST)),
]


def test_each_revision_says_what_of_the_claim_it_changed_newest_first() -> None:
    lowered, reworded, first = revisions(VERSIONS, [metric()])
    assert [str(item) for item in lowered.changed] == ["worth: 5% → 1%"]
    assert reworded.changed == ()
    assert (first.is_first, {item.key for item in first.changed}) == (True, {"metric", "worth"})


def test_the_merge_that_brings_a_version_in_is_no_revision_of_its_own() -> None:
    merged = [FileVersion(day(31), bet_file(LOWERED), "Merge branch 'modest'"), *VERSIONS]
    assert revisions(merged, [metric()]) == revisions(VERSIONS, [metric()])


def test_what_can_t_be_read_is_said_and_the_next_is_held_against_what_could_be() -> None:
    broken = [VERSIONS[0], FileVersion(day(25), "---\nbet: [\n", "Oops"), *VERSIONS[1:]]
    lowered, mistake, *_ = revisions(broken, [metric()])
    assert (bool(mistake.mistake), mistake.reason) == (True, "Oops")
    assert [str(item) for item in lowered.changed] == ["worth: 5% → 1%"]


def test_a_metric_that_was_renamed_is_no_change_of_the_claim() -> None:
    renamed = [FileVersion(day(40), bet_file(replace(LOWERED, metric="done"))), *VERSIONS]
    assert revisions(renamed, [metric("done", was=("exports",))])[0].changed == ()


def test_the_history_reads_as_dates_and_changes() -> None:
    found = revisions(VERSIONS, [metric()])
    assert history_text("faster-export", found).splitlines() == [
        "faster-export",
        "  31 Jan 2024  worth: 5% → 1%",
        "      Be modest — The season ended, and with it half of the traffic: an effect of one in twenty would …",
        "  21 Jan 2024  words only",
        "      Reword[2J it",
        "  1 Jan 2024  framed: metric exports, worth 5%",
    ]
    assert history_document("faster-export", found)["revisions"] == [
        {"at": "2024-01-31T12:00:00Z", "changed": ({"key": "worth", "before": "5%", "after": "1%"},), "is_first": False,
         "mistake": None, "reason": WHY},
        {"at": "2024-01-21T12:00:00Z", "changed": (), "is_first": False, "mistake": None, "reason": "Reword\x1b[2J it"},
        {"at": "2024-01-01T12:00:00Z", "changed": (
            {"key": "metric", "before": "nothing", "after": "exports"},
            {"key": "worth", "before": "nothing", "after": "5%"},
        ), "is_first": True, "mistake": None, "reason": ""},
    ]  # fmt: skip
