"""The git connector over synthetic histories."""

import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors import load
from aftermerge.connectors.git import GitSource, connect
from aftermerge.errors import AftermergeError, DataError, SettingsError
from aftermerge.model.batch import Batch
from aftermerge.model.change import Change, Release
from aftermerge.ports import SourceContext
from support.histories import START, Stream, commit_at, git, linear, merge_commits, squash_merges
from support.memory_ledger import MemoryLedger

HOUR = timedelta(hours=1)


def source(root: Path, batch_changes: int = 2_000, **keys: Any) -> GitSource:
    context = SourceContext(root, root / "tables", root / "rejected", UTC)
    made = connect({"kind": "git", **keys}, context, "app")
    return GitSource(made.name, made.git, made.root, made.config, made.timezone, batch_changes)


def changes(batches: list[Batch]) -> list[Change]:
    return [change for batch in batches for change in batch.changes]


def store(ledger: MemoryLedger, reading: GitSource) -> list[Batch]:
    """Sync; the batches that were stored."""
    batches = list(reading.pull(ledger.cursor(reading.name)))
    for batch in batches:
        ledger.store(reading.name, batch)
    return batches


def releases(root: Path, **keys: Any) -> list[Release]:
    return list(list(source(root, **keys).pull(None))[-1].releases)


def test_a_merge_is_one_change_with_its_title_branch_paths_and_inner_messages(tmp_path: Path) -> None:
    line = merge_commits(tmp_path, 3, branch=lambda number: f"bet/slug-{number}")
    found = changes(list(source(tmp_path).pull(None)))
    assert [change.id for change in found] == line
    last = found[-1]
    assert last.title == "Improve part 3 (#3)"
    assert last.branch == "bet/slug-3"
    assert last.paths == ("src/bet/slug-3/1.py", "src/bet/slug-3/2.py")
    assert last.message.endswith("* review\n\nPart 1 of bet/slug-3\n\nPart 2 of bet/slug-3")
    assert last.merged_at == START + timedelta(hours=24)


def test_a_squash_is_a_change_without_a_branch(tmp_path: Path) -> None:
    squash_merges(tmp_path, 2)
    first, second = changes(list(source(tmp_path).pull(None)))
    assert (first.title, first.branch) == ("Improve part 1 (#1)", None)
    assert second.paths == ("src/part2.py",)


def test_a_change_begins_with_the_first_commit_that_its_merge_brought_in(tmp_path: Path) -> None:
    stream = Stream()
    root = stream.commit("Begin", START)
    first = stream.commit("Try", START + HOUR, [root], {"a": "x"})
    second = stream.commit("Better", START + HOUR * 3, [first], {"a": "y"})
    stream.branch("main", stream.commit("Merge branch 'a'", START + HOUR * 5, [root, second], {"a": "y"}))
    stream.write(tmp_path)
    begun = [change.begun_at for change in changes(list(source(tmp_path).pull(None)))]
    assert begun == [None, START + HOUR]


def test_when_a_squash_was_begun_is_not_known_and_of_a_rebased_commit_is(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commit_at(tmp_path, START, "Improve part 1 (#1)")
    written = ["-c", "user.name=Harbor team", "-c", "user.email=team@harbor.example"]
    git(tmp_path, *written, "commit", "-q", "--allow-empty", "-m", "Rebased", "--date", "2024-01-01T10:00:00Z")
    squash, rebased = changes(list(source(tmp_path).pull(None)))
    assert (squash.begun_at, rebased.begun_at) == (None, START + HOUR)


def test_an_octopus_merge_brings_in_all_its_branches(tmp_path: Path) -> None:
    stream = Stream()
    root = stream.commit("Begin", START)
    arms = [stream.commit(f"Arm {number}", START + HOUR * number, [root], {f"{number}": "x"}) for number in (1, 2, 3)]
    octopus = stream.commit("Merge branches 'a', 'b', 'c'", START + HOUR * 5, [root, *arms], {"1": "x", "2": "x"})
    stream.branch("main", octopus)
    stream.write(tmp_path)
    merged = changes(list(source(tmp_path).pull(None)))[-1]
    assert merged.message == "Merge branches 'a', 'b', 'c'\n\nArm 1\n\nArm 2\n\nArm 3"
    assert merged.paths == ("1", "2")


def test_a_thirty_thousand_commit_history_is_read_whole_in_batches(tmp_path: Path) -> None:
    line = linear(tmp_path, 30_000, every=timedelta(minutes=10), tags={n: f"v1.{n}" for n in range(1000, 30_001, 1000)})
    batches = list(source(tmp_path).pull(None))
    assert [len(batch.changes) for batch in batches] == [2000] * 15 + [0]
    assert [change.id for change in changes(batches)] == line
    assert [len(release.changes) for release in batches[-1].releases] == [1000] * 30
    assert (batches[0].done, batches[0].total) == (2000, 30_000)


def test_odd_messages_and_paths_survive(tmp_path: Path) -> None:
    stream = Stream()
    root = stream.commit(b"Caf\xe9 ferm\xe9", START, files={"a b/ü 😀.py": "x", "plain": "x"})
    empty = stream.commit("", START + HOUR, [root], {"plain": "y"})
    nothing = stream.commit("No file", START + HOUR * 2, [empty])
    silent = stream.commit("", START + HOUR * 3, [nothing])
    stream.branch("main", stream.commit("Last", START + HOUR * 4, [silent], {"z": "z"}))
    stream.write(tmp_path)
    found = changes(list(source(tmp_path).pull(None)))
    assert [change.title for change in found] == [
        "Caf\N{REPLACEMENT CHARACTER} ferm\N{REPLACEMENT CHARACTER}",
        "",
        "No file",
        "",
        "Last",
    ]
    assert [change.paths for change in found] == [("a b/ü 😀.py", "plain"), ("plain",), (), (), ("z",)]


def test_a_renamed_file_counts_under_both_names(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "old.py").write_text("many words that stay the same\n" * 9)
    commit_at(tmp_path, START, "Begin")
    (tmp_path / "old.py").rename(tmp_path / "new.py")
    commit_at(tmp_path, START + HOUR, "Rename")
    assert changes(list(source(tmp_path).pull(None)))[-1].paths == ("new.py", "old.py")


@pytest.mark.parametrize("stop", range(6))
def test_reading_goes_on_after_any_batch_without_loss_or_repetition(tmp_path: Path, stop: int) -> None:
    merge_commits(tmp_path, 11, tags={4: "v1.0", 9: "v1.1"})
    whole = list(source(tmp_path, 3).pull(None))
    first = whole[:stop]
    rest = list(source(tmp_path, 3).pull(first[-1].cursor if first else None))
    assert changes(first + rest) == changes(whole)
    assert (first + rest)[-1].releases == whole[-1].releases


def test_a_second_reading_finds_nothing_new(tmp_path: Path) -> None:
    linear(tmp_path, 5, tags={3: "v1.0"})
    cursor = list(source(tmp_path).pull(None))[-1].cursor
    assert list(source(tmp_path).pull(cursor)) == []


def test_a_repository_without_tags_yields_no_batch_of_releases(tmp_path: Path) -> None:
    linear(tmp_path, 3)
    assert [len(batch.changes) for batch in source(tmp_path).pull(None)] == [3]


def test_a_new_tag_alone_yields_the_releases_anew(tmp_path: Path) -> None:
    line = linear(tmp_path, 5, tags={3: "v1.0"})
    cursor = list(source(tmp_path).pull(None))[-1].cursor
    git(tmp_path, "tag", "v1.1", line[4])
    (batch,) = source(tmp_path).pull(cursor)
    assert batch.whole == {"releases"}
    assert [(release.id, release.changes) for release in batch.releases] == [
        ("v1.0", tuple(line[:3])),
        ("v1.1", tuple(line[3:])),
    ]


def test_deleting_the_last_tag_says_that_all_releases_are_gone(tmp_path: Path) -> None:
    linear(tmp_path, 3, tags={2: "v1.0"})
    cursor = list(source(tmp_path).pull(None))[-1].cursor
    git(tmp_path, "tag", "-d", "v1.0")
    (batch,) = source(tmp_path).pull(cursor)
    assert batch.whole == {"releases"}
    assert not batch.releases


def test_after_a_force_push_everything_is_read_again(tmp_path: Path) -> None:
    line = linear(tmp_path, 4)
    cursor = list(source(tmp_path).pull(None))[-1].cursor
    git(tmp_path, "read-tree", "HEAD~2")
    other = git(tmp_path, "commit-tree", "-p", line[1], "-m", "Another way", git(tmp_path, "write-tree"))
    git(tmp_path, "update-ref", "refs/heads/main", other)
    assert [change.id for change in changes(list(source(tmp_path).pull(cursor)))] == [*line[:2], other]


def test_after_a_force_push_the_ledger_has_the_new_history_alone(tmp_path: Path) -> None:
    line = linear(tmp_path, 4, tags={2: "v1.0", 4: "v1.1"})
    git(tmp_path, "reset", "-q", "--hard")
    ledger = MemoryLedger()
    store(ledger, source(tmp_path))
    git(tmp_path, "reset", "-q", "--hard", line[1])
    git(tmp_path, "tag", "-d", "v1.1")
    (tmp_path / "other.py").write_text("another way")
    other = commit_at(tmp_path, START + HOUR * 5, "Another way")
    store(ledger, source(tmp_path, 2))
    assert [change.id for change in ledger.changes()] == [*line[:2], other]
    assert [(release.id, release.changes) for release in ledger.releases()] == [("v1.0", tuple(line[:2]))]
    assert store(ledger, source(tmp_path)) == []


def test_releases_that_outlive_a_force_push_are_handed_over_again(tmp_path: Path) -> None:
    line = linear(tmp_path, 4, tags={2: "v1.0"})
    ledger = MemoryLedger()
    store(ledger, source(tmp_path))
    before = list(ledger.releases())
    git(tmp_path, "update-ref", "refs/heads/main", line[2])
    store(ledger, source(tmp_path))
    assert len(ledger.changes()) == 3
    assert list(ledger.releases()) == before != []


def test_only_the_first_batch_after_a_force_push_restarts(tmp_path: Path) -> None:
    line = linear(tmp_path, 4)
    cursor = list(source(tmp_path).pull(None))[-1].cursor
    git(tmp_path, "update-ref", "refs/heads/main", line[2])
    assert [batch.restart for batch in source(tmp_path, 1).pull(cursor)] == [True, False, False]
    assert not any(batch.restart for batch in source(tmp_path, 1).pull(None))


def test_a_shallow_clone_never_restarts_since_it_can_t_tell(tmp_path: Path) -> None:
    linear(tmp_path / "whole", 6)
    git(tmp_path, "clone", "-q", "--depth", "2", "--no-single-branch", f"file://{tmp_path / 'whole'}", "part")
    gone = json.dumps({"commit": "f" * 40, "cut": "", "releases": ""})
    assert not any(batch.restart for batch in source(tmp_path, path="part").pull(gone))
    cursor = list(source(tmp_path, path="part").pull(None))[-1].cursor
    git(tmp_path / "part", "fetch", "-q", "--unshallow")
    deepened = list(source(tmp_path, path="part").pull(cursor))
    assert deepened
    assert not any(batch.restart for batch in deepened)


def test_a_branch_set_back_is_read_again(tmp_path: Path) -> None:
    line = linear(tmp_path, 4)
    cursor = list(source(tmp_path).pull(None))[-1].cursor
    git(tmp_path, "update-ref", "refs/heads/main", line[1])
    assert [change.id for change in changes(list(source(tmp_path).pull(cursor)))] == line[:2]


def test_a_cursor_whose_commit_is_gone_is_read_again(tmp_path: Path) -> None:
    line = linear(tmp_path, 3)
    gone = json.dumps({"commit": "f" * 40, "cut": "", "releases": ""})
    assert [change.id for change in changes(list(source(tmp_path).pull(gone)))] == line


def test_a_cursor_that_was_only_merged_is_not_on_the_main_line(tmp_path: Path) -> None:
    line = merge_commits(tmp_path, 2)
    side = git(tmp_path, "rev-parse", f"{line[1]}^2")
    cursor = json.dumps({"commit": side, "cut": "", "releases": ""})
    assert [change.id for change in changes(list(source(tmp_path).pull(cursor)))] == line


def test_a_shallow_clone_is_read_and_blames_no_file_on_its_oldest_commit(tmp_path: Path) -> None:
    line = linear(tmp_path / "whole", 6, tags={6: "v1.0"})
    git(tmp_path, "clone", "-q", "--depth", "2", "--no-single-branch", f"file://{tmp_path / 'whole'}", "part")
    batches = list(source(tmp_path, path="part").pull(None))
    assert [(change.id, bool(change.paths)) for change in changes(batches)] == [(line[4], False), (line[5], True)]
    assert all(not batch.whole for batch in batches)
    git(tmp_path / "part", "fetch", "-q", "--unshallow")
    again = list(source(tmp_path, path="part").pull(batches[-1].cursor))
    assert [change.id for change in changes(again)] == line


def test_a_clone_is_read_at_the_branch_that_origin_names(tmp_path: Path) -> None:
    line = linear(tmp_path / "whole", 3)
    git(tmp_path, "clone", "-q", str(tmp_path / "whole"), "copy")
    commit_at(tmp_path / "copy", START + HOUR * 9, "Not merged yet")
    assert [change.id for change in changes(list(source(tmp_path, path="copy").pull(None)))] == line


def test_tags_claim_changes_in_the_order_of_their_dates(tmp_path: Path) -> None:
    stream = Stream()
    marks = [0]
    for number in range(1, 7):
        marks.append(stream.commit(step := f"Step {number}", START + HOUR * number, marks[1:][-1:], {step: step}))
    stream.tag("v2.0", marks[5], START + HOUR * 30, "Second\n\nBetter exports")
    stream.tag("v1.0", marks[3], START + HOUR * 40)
    stream.tag("v0.9rc1", marks[2])
    stream.tag("latest", marks[6])
    stream.branch("main", marks[6])
    hashes = stream.write(tmp_path)
    found = releases(tmp_path)
    assert [(release.id, release.prerelease) for release in found] == [
        ("v0.9rc1", True),
        ("v2.0", False),
        ("v1.0", False),
    ]
    assert [release.changes for release in found] == [(hashes[1], hashes[2]), (hashes[3], hashes[4], hashes[5]), ()]
    assert found[1].released_at == START + HOUR * 30
    assert found[1].notes == "Second\n\nBetter exports"
    assert found[0].released_at == START + HOUR * 2


def test_a_tag_on_a_side_branch_claims_what_it_contains_of_the_main_line(tmp_path: Path) -> None:
    stream = Stream()
    one = stream.commit("One", START)
    two = stream.commit("Two", START + HOUR, [one])
    three = stream.commit("Three", START + HOUR * 2, [two])
    patch = stream.commit("Patch", START + HOUR * 3, [two])
    stream.tag("v1.0.1", patch)
    stream.tag("v1.1", three, START + HOUR * 4)
    stream.branch("main", three)
    hashes = stream.write(tmp_path)
    assert {release.id: release.changes for release in releases(tmp_path)} == {
        "v1.0.1": (hashes[one], hashes[two]),
        "v1.1": (hashes[three],),
    }


def test_a_tag_pattern_chooses_the_tags(tmp_path: Path) -> None:
    linear(tmp_path, 3, tags={1: "web-1.0", 2: "app-1.0", 3: "app-latest"})
    assert [release.id for release in releases(tmp_path, tag_pattern="app-*")] == ["app-1.0", "app-latest"]


def test_a_tag_on_a_file_is_left_out(tmp_path: Path) -> None:
    linear(tmp_path, 2, tags={1: "v1.0"})
    git(tmp_path, "tag", "v9.9", git(tmp_path, "rev-parse", "HEAD:src/part1.py"))
    assert [release.id for release in releases(tmp_path)] == ["v1.0"]


def test_each_merge_can_be_a_release(tmp_path: Path) -> None:
    line = merge_commits(tmp_path, 2)
    found = releases(tmp_path, releases="merges")
    assert [(release.id, release.changes, release.kind) for release in found] == [
        (commit[:12], (commit,), "merge") for commit in line
    ]


def test_releases_none_has_none(tmp_path: Path) -> None:
    linear(tmp_path, 2, tags={1: "v1.0"})
    assert all(not batch.releases for batch in source(tmp_path, releases="none").pull(None))


def test_deployments_carry_what_no_earlier_one_carried(tmp_path: Path) -> None:
    line = linear(tmp_path, 5)
    rows = [
        "deployed_at,sha,environment,version",
        f"2024-02-03T10:00:00Z,{line[4][:10]},production,5",
        f"2024-02-01T10:00:00+02:00,{line[1]},production,2",
        f"2024-02-02T10:00:00,{line[3]},staging,4",
        f"2024-02-04T10:00:00Z,{line[1]},production,2",
        "2024-02-05T10:00:00Z,abcdef0123,production,6",
        f"next week,{line[0]},production,7",
    ]
    (tmp_path / "deployed.csv").write_text("\n".join(rows))
    batch = list(source(tmp_path, releases="deployments", deployments="deployed.csv").pull(None))[-1]
    assert [(release.id, release.changes) for release in batch.releases] == [
        ("2", tuple(line[:2])),
        ("5", tuple(line[2:])),
        ("2-2", ()),
    ]
    assert batch.releases[0].released_at == START.replace(month=2, hour=8)
    assert [row.row for row in batch.rejected] == [7, 6]


def test_deployments_can_be_json_lines(tmp_path: Path) -> None:
    line = linear(tmp_path, 2)
    (tmp_path / "d.jsonl").write_text(json.dumps({"time": "2024-02-01T10:00:00Z", "commit": line[1], "version": None}))
    (release,) = releases(tmp_path, releases="deployments", deployments="d.jsonl")
    assert release.id == f"2024-02-01T10:00:00Z-{line[1][:12]}"
    assert release.changes == tuple(line)


def test_an_empty_repository_is_said_to_be_empty(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(DataError, match="no commit yet"):
        list(source(tmp_path).pull(None))


def test_an_unborn_head_beside_other_branches_asks_for_a_branch(tmp_path: Path) -> None:
    linear(tmp_path, 1)
    git(tmp_path, "branch", "-m", "main", "trunk")
    git(tmp_path, "symbolic-ref", "HEAD", "refs/heads/elsewhere")
    with pytest.raises(DataError, match="set `branch` of this source, to `trunk`"):
        list(source(tmp_path).pull(None))
    assert len(changes(list(source(tmp_path, branch="trunk").pull(None)))) == 1


def test_a_branch_that_is_not_there_offers_the_nearest(tmp_path: Path) -> None:
    linear(tmp_path, 1)
    with pytest.raises(SettingsError, match="did you mean `main`"):
        list(source(tmp_path, branch="mian").pull(None))


@pytest.mark.parametrize(("path", "words"), [(".", "is not a git repository"), ("missing", "there is no folder")])
def test_a_folder_that_is_no_repository_is_named(tmp_path: Path, path: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        list(source(tmp_path, path=path).pull(None))


def test_without_git_the_next_step_is_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AftermergeError, match="install git"):
        list(source(tmp_path).pull(None))


def test_a_reader_may_leave_early(tmp_path: Path) -> None:
    linear(tmp_path, 3000)
    reading = source(tmp_path, 10).pull(None)
    assert len(next(reading).changes) == 10
    reading.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"tag_patern": "v*"}, "did you mean `tag_pattern`"),
        ({"releases": "tag"}, "did you mean `tags`"),
        ({"releases": "deployments"}, "set `deployments`"),
        ({"environments": "production"}, "a list of texts"),
        ({"path": 3}, "a text"),
    ],
)
def test_a_wrong_key_is_refused_with_the_right_one(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        source(tmp_path, **keys)


def test_connectors_are_found_by_name_and_an_unknown_one_offers_the_nearest() -> None:
    assert load("git") is connect
    with pytest.raises(SettingsError, match="did you mean `git`"):
        load("gitt")
