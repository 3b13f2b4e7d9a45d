"""From a line to its change, its bet, the customers' words, and what it did."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from aftermerge.connectors.git import GitRepository
from aftermerge.errors import DataError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Change, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.trail import Trail
from aftermerge.render.trail import trail_document, trail_text
from aftermerge.ship.link import relink
from aftermerge.ship.why import why
from support.histories import START, commit_at, git
from support.memory_ledger import MemoryLedger
from support.world import bet, day

REST = "".join(f"step_{number} = {number}\n" for number in range(20))
SAID = Feedback("support", "1", day(1), "The export never ends\x1b[2J", author="c1", problem="export-times-out")


@dataclass(frozen=True)
class Told:
    """A repository with a bet's merge in it, and the ledger that knows what came of it."""

    folder: Path
    merged: str
    inner: str

    def ledger(
        self, *, linked: bool = True, released: bool = True, heard: bool = True, measured: bool = True
    ) -> MemoryLedger:
        ledger = MemoryLedger()
        message = "Stream the export\n\nBet: faster-export" if linked else "Tidy up"
        ledger.store("git", Batch("1", changes=(Change(self.merged, "git", day(20), "Stream the export", message),)))
        ledger.store("ws", Batch("1", bets=(bet("faster-export", problem="export-times-out", helps="Exports finish"),)))
        if released:
            ledger.store("git", Batch("2", releases=(Release("v2", "git", "tag", day(21), changes=(self.merged,)),)))
        if heard:
            ledger.store("support", Batch("1", feedback=(SAID,)))
        if measured:
            ledger.replace_readouts(day(60), [READOUT])
        relink(ledger)
        return ledger

    def why(self, asked: str, ledger: MemoryLedger) -> Trail:
        return why(asked, ledger, GitRepository(self.folder))


READOUT = Readout(
    Subject("bet", "faster-export"), "exports", "controlled", "primary", "percent", 5.0, "improved", "it lies above",
    estimate=8.0, low=4.0, high=12.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("told")
    git(folder, "init", "-q", "-b", "main")
    (folder / "export.py").write_text(f"def export():\n    pass\n{REST}")
    commit_at(folder, START, "Begin")
    git(folder, "switch", "-q", "-c", "work")
    (folder / "export.py").write_text(f"def export():\n    return stream(rows, whole=True, months=12)\n{REST}")
    inner = commit_at(folder, START, "stream")
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "Merge branch 'work'", "work")
    merged = git(folder, "rev-parse", "HEAD")
    git(folder, "mv", "export.py", "exporting.py")
    (folder / "exporting.py").write_text(
        f"def export():\n        return stream(rows, whole=True, months=12)\nnew = 1\n{REST}"
    )
    commit_at(folder, START, "Move and indent")
    return Told(folder, merged, inner)


def test_a_line_leads_through_its_merge_to_the_verdict_and_the_words(told: Told) -> None:
    trail = told.why("exporting.py:2", told.ledger())
    assert (trail.commit, trail.change and trail.change.id, trail.releases) == (told.inner, told.merged, ("v2",))
    (served,) = trail.served
    assert (served.bet.slug, served.rule, served.customers) == ("faster-export", "message", 1)
    assert [readout.verdict for readout in served.readouts] == ["improved"]
    assert trail.ends is None


def test_a_rename_and_an_indent_do_not_hide_who_wrote_the_line(told: Told) -> None:
    origin = told.why("exporting.py:2", told.ledger()).origin
    assert origin is not None
    assert (origin.commit, origin.path) == (told.inner, "export.py")


def test_a_commit_is_followed_by_any_name_that_git_has_for_it(told: Told) -> None:
    ledger = told.ledger()
    assert told.why(told.inner[:9], ledger).change == told.why("HEAD^", ledger).change


@pytest.mark.parametrize(
    ("missing", "told_so"),
    [
        ("linked", "made no claim"),
        ("released", "no release has carried"),
        ("measured", "measure run"),
        ("heard", "nobody's words"),
    ],
)
def test_the_trail_says_where_it_ends(told: Told, missing: str, told_so: str) -> None:
    trail = told.why(told.inner, told.ledger(**{missing: False}))
    assert told_so in (trail.ends or "")
    assert told_so in trail_text(trail)


def test_what_the_ledger_has_not_read_yet_is_no_claim_but_asks_for_a_sync(told: Told) -> None:
    assert "aftermerge sync" in (told.why("exporting.py:3", told.ledger()).ends or "")


def test_a_line_that_is_not_committed_has_no_story_yet(told: Told) -> None:
    (told.folder / "exporting.py").write_text("def export():\n    return 1\nnew = 1\n")
    try:
        assert "not committed" in (told.why("exporting.py:2", told.ledger()).ends or "")
    finally:
        git(told.folder, "checkout", "-q", "--", "exporting.py")


def test_what_was_never_merged_says_so(told: Told) -> None:
    git(told.folder, "switch", "-q", "-c", "idea")
    commit = commit_at(told.folder, START, "An idea")
    git(told.folder, "switch", "-q", "main")
    assert "main line" in (told.why(commit, told.ledger()).ends or "")


@pytest.mark.parametrize("asked", ["nothing", "no/such.py:3", "exporting.py:900", "exporting.py:0", "--help:1", "-x"])
def test_what_is_neither_a_commit_nor_a_line_is_refused_with_what_to_give(told: Told, asked: str) -> None:
    with pytest.raises(DataError) as caught:
        told.why(asked, told.ledger())
    assert "give a" in str(caught.value)


def test_customers_words_do_nothing_to_the_terminal(told: Told) -> None:
    text = trail_text(told.why(told.inner, told.ledger()))
    assert "The export never ends" in text
    assert "\x1b" not in text


def test_every_id_of_the_document_can_be_given_back(told: Told) -> None:
    ledger = told.ledger()
    document = trail_document(told.why("exporting.py:2", ledger))
    again = trail_document(told.why(str(document["change"]), ledger))
    assert again["bets"] == document["bets"]
