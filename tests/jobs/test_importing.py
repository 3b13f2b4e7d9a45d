"""What a person hands over by name is recognised, and read once."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from aftermerge.connectors.files.recognise import recognise, stem
from aftermerge.errors import DataError
from aftermerge.jobs.orphans import drop_orphans
from aftermerge.ledger import open_ledger
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback
from support.histories import linear
from support.memory_ledger import MemoryLedger
from support.real_data import real_data
from support.walks import aftermerge
from support.world import day

REVIEWS = (
    "reviewId,userName,content,score,at\n"
    "r1,Ada Quay,It spins says Ada Quay,1,2024-01-05 10:00:00\n"
    "r2,Bo Mole,Fine,5,2024-01-06 10:00:00\n"
)
RESPONSE = {"event_type": "survey_response.created",
            "event_data": {"id": "5", "score": 3, "comment": "Slow", "created_at": 1_704_448_800}}  # fmt: skip
PING = {"type": "notification_event", "topic": "ping"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace that nothing was imported into."""
    root = tmp_path / "app"
    linear(root, 2)
    aftermerge(root, "init")
    return root


@pytest.mark.parametrize(
    ("name", "content", "kinds"),
    [
        ("a.csv", REVIEWS, ["csv"]),
        ("a.tsv.gz", gzip.compress(b"time\ttext\n", mtime=0), ["csv"]),
        ("a.json", '[{"text": "Slow", "at": "2024-01-01"}]', ["csv"]),
        ("a.json", '[{"text": "Slow", "sender": "Ada"}]', ["csv"]),
        ("a.jsonl", json.dumps(RESPONSE), ["payloads"]),
        ("a.json", json.dumps([RESPONSE, PING, PING]), ["payloads", "payloads"]),
        ("a.mbox", "From ada Fri Jan  5 10:00:00 2024\n", ["mbox"]),
        ("inbox", "From ada Fri Jan  5 10:00:00 2024\n", ["mbox"]),
    ],
)
def test_a_file_is_recognised_by_its_name_and_by_what_is_in_it(
    tmp_path: Path, name: str, content: str | bytes, kinds: list[str]
) -> None:
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert [taken.kind for taken in recognise(tmp_path / name)] == kinds


def test_a_zip_or_folder_with_channels_is_a_slack_export(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "channels.json").write_text("[]")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("channels.json", "[]")
    for name in ("export", "export.zip"):
        assert [taken.kind for taken in recognise(tmp_path / name)] == ["slack_export"]


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF"), ("a.zip", b"PK"), ("a.zip", None), ("d", None)])
def test_what_can_t_be_read_is_told_with_what_can(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as told:
        recognise(tmp_path / name)
    assert "next:" in str(told.value)


def test_a_source_is_named_after_its_file() -> None:
    assert stem(Path("/x/Play reviews (May).csv.gz")) == "Play-reviews-May"
    assert stem(Path("hooks.tar.gz")) == "hooks"


def test_a_file_is_read_once_and_sync_keeps_what_was_imported(root: Path) -> None:
    (root / "reviews.csv").write_text(REVIEWS)
    told = aftermerge(root, "hear", "import", "reviews.csv").out
    assert "taken for rows of feedback, as source reviews\n  2 new" in told
    assert "nothing new: it is what it was" in aftermerge(root, "hear", "import", "reviews.csv").out
    assert "dropped" not in aftermerge(root, "sync").out
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger:
        assert [row.id for row in ledger.feedback()] == ["reviews:r1", "reviews:r2"]
        assert "Ada" not in ledger.feedback()[0].text


def test_a_file_that_has_grown_adds_what_is_new_and_rejects_what_is_broken(root: Path) -> None:
    file = root / "reviews.csv"
    file.write_text(REVIEWS)
    aftermerge(root, "hear", "import", "reviews.csv")
    file.write_text(REVIEWS + "r3,,Slow,2,yesterday\nr4,,Slow,2,2024-01-07\n")
    (found,) = aftermerge(root, "hear", "import", "reviews.csv", "--json").json["imports"]
    assert (found["heard"], found["new"], found["changed"]) == (3, 1, 0)
    assert [(row["row"], row["column"]) for row in found["rejected"]] == [(4, "at")]
    assert (root / ".aftermerge" / "rejected" / "reviews.jsonl").exists()


def test_the_bodies_of_several_tools_become_a_source_each_with_why_they_are_not_heard(root: Path) -> None:
    (root / "hooks.json").write_text(json.dumps([RESPONSE, PING, {"hello": 1}]))
    told = aftermerge(root, "hear", "import", "hooks.json").out
    assert "1 saved body of delighted, as source hooks-delighted\n  1 new\n  1 not heard" in told
    assert "as source hooks-intercom\n  nothing was taken from it" in told
    assert told.count("a body without a known tool's marks") == 1
    assert "another tool's" not in told


def test_the_columns_the_name_and_the_rows_wanted_can_be_said(root: Path) -> None:
    (root / "a.csv").write_text("Wann,Was,App\n03/04/2024,Gut,Harbor\n03/04/2024,Schlecht,Other\n")
    words = ("--column", "time=Wann", "--column", "text=Was", "--only", "App=Harbor", "--time-format", "%d/%m/%Y")
    aftermerge(root, "hear", "import", "a.csv", "--name", "umfrage", *words)
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger:
        assert [(row.source, row.text, row.time.month) for row in ledger.feedback()] == [("umfrage", "Gut", 4)]
    told = aftermerge(root, "hear", "import", "a.csv", "--column", "time", code=2).err
    assert "has no `=`" in told


def test_what_only_a_person_can_say_is_asked_for_with_the_option_to_say_it_with(root: Path) -> None:
    with zipfile.ZipFile(root / "slack.zip", "w") as packed:
        packed.writestr("channels.json", '[{"id": "C1", "name": "help"}]')
        packed.writestr("users.json", "[]")
    (root / "a.mbox").write_text("From x\nFrom: a@b.example\n\nHello\n")
    assert "--channel; it has: help" in aftermerge(root, "hear", "import", "slack.zip", code=2).err
    assert "--team" in aftermerge(root, "hear", "import", "slack.zip", "--channel", "help", code=2).err
    assert "--team" in aftermerge(root, "hear", "import", "a.mbox", code=2).err
    assert (
        "nothing was taken"
        in aftermerge(root, "hear", "import", "slack.zip", "--channel", "help", "--team", "h.example").out
    )


def test_a_name_that_aftermerge_toml_gives_already_is_refused(root: Path) -> None:
    (root / "reviews.csv").write_text(REVIEWS)
    settings = root / "aftermerge.toml"
    source = '\n[[source]]\nkind = "csv"\nname = "reviews"\npath = "reviews.csv"\nas = "feedback"\n'
    settings.write_text(settings.read_text() + source)
    told = aftermerge(root, "hear", "import", "reviews.csv", code=2).err
    assert "is called `reviews` already" in told
    assert "--name" in told


def test_an_import_may_later_be_named_in_aftermerge_toml(root: Path) -> None:
    (root / "reviews.csv").write_text(REVIEWS)
    aftermerge(root, "hear", "import", "reviews.csv")
    settings = root / "aftermerge.toml"
    source = '\n[[source]]\nkind = "csv"\nname = "reviews"\npath = "reviews.csv"\nas = "feedback"\n'
    settings.write_text(settings.read_text() + source)
    assert "reviews    nothing new" in aftermerge(root, "sync").out


def test_orphans_are_dropped_but_what_was_imported_stays(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    for name, cursor in (("old", "1"), ("export", "imported:1")):
        ledger.store(name, Batch(cursor, feedback=(Feedback(name, "1", day(1), "It spins."),)))
    dropped = drop_orphans(ledger, [], lambda: tmp_path / "saved.zip")
    assert dropped is not None
    assert dropped.names == ("old",)
    assert [row.source for row in ledger.feedback()] == ["export"]


def test_greenlights_and_chromes_reviews_are_read_by_one_command_each(root: Path) -> None:
    play = real_data("reviews", "googleplay_fintech_5apps_versions_replies.parquet")
    store = real_data("reviews", "appstore_reviews_chrome_github_2017_2021.parquet")
    for path, only, name in ((play, "appId=me.greenlight", "greenlight"), (store, "app=Google_Chrome", "chrome")):
        aftermerge(root, "hear", "import", str(path), "--only", only, "--name", name)
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger:
        rows = ledger.feedback()
    greenlight = [row for row in rows if row.source == "greenlight"]
    assert (len(greenlight), sum(row.reply is not None for row in greenlight)) == (7_476, 7_194)
    assert len([row for row in rows if row.source == "chrome"]) == 12_677
