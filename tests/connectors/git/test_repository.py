"""What a workspace asks of the repository it stands in."""

from datetime import timedelta
from pathlib import Path

import pytest

from aftermerge.connectors.git import GitRepository, find_repository
from aftermerge.errors import DataError
from support.histories import START, Stream, commit_at, git, linear, merge_commits

HOUR = timedelta(hours=1)
BET = "---\nbet: faster\n---\n" + "A paragraph of reasons.\n" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def versions(folder: Path, path: str) -> list[tuple[float, str]]:
    """Hours since the start, and the text."""
    found = GitRepository(folder).versions_of_file(path)
    return [((version.committed_at - START) / HOUR, version.text) for version in found]


def commit_texts(folder: Path, file: str, *texts: str | None) -> None:
    """One commit an hour; None takes the file away."""
    for hours, text in enumerate(texts):
        if text is None:
            (folder / file).unlink()
        else:
            (folder / file).write_bytes(text.encode())
        commit_at(folder, START + HOUR * hours, f"Step {hours}")


def test_a_files_versions_come_newest_first_as_they_were_written(folder: Path) -> None:
    texts = ("one", "two\n", "", "\nthree\r\n\n\0four\n")
    commit_texts(folder, "a.md", *texts)
    assert versions(folder, "a.md") == [(3, texts[3]), (2, ""), (1, "two\n"), (0, "one")]


def test_a_version_bears_the_message_of_the_commit_that_gave_it_its_text(folder: Path) -> None:
    for hours, message in enumerate(("Frame", "Lower it\n\n:100644 is no raw line\n\nMore: ü")):
        (folder / "a.md").write_text(message)
        commit_at(folder, START + HOUR * hours, message)
    found = GitRepository(folder).versions_of_file("a.md")
    assert [version.message for version in found] == ["Lower it\n\n:100644 is no raw line\n\nMore: ü", "Frame"]


def test_what_a_working_tree_changed_since_it_parted_is_known_by_name(folder: Path) -> None:
    (folder / "app" / "bets").mkdir(parents=True)
    for name in ("kept", "gone", "theirs", "changed"):
        (folder / "app" / "bets" / f"{name}.md").write_text(BET)
    commit_at(folder, START, "Begin")
    git(folder, "checkout", "-q", "-b", "idea")
    (folder / "app" / "bets" / "gone.md").unlink()
    (folder / "app" / "bets" / "changed.md").write_text(BET + "More.\n")
    (folder / "app" / "bets" / "ü new.md").write_text(BET)
    commit_at(folder, START + HOUR, "Propose")
    git(folder, "checkout", "-q", "main")
    (folder / "app" / "bets" / "theirs.md").write_text("theirs")
    commit_at(folder, START + HOUR * 2, "Elsewhere")
    git(folder, "checkout", "-q", "idea")
    (folder / "app" / "bets" / "uncommitted.md").write_text(BET)
    (folder / "app" / "code.py").write_text("")
    found = GitRepository(folder / "app").changed_since("main", "bets")
    assert found == ["bets/changed.md", "bets/uncommitted.md", "bets/ü new.md"]


@pytest.mark.parametrize("base", ["nowhere", "--all", "stranger"])
def test_a_commit_from_which_nothing_parted_is_refused(folder: Path, base: str) -> None:
    commit_texts(folder, "a.md", "one")
    git(folder, "checkout", "-q", "--orphan", "stranger")
    commit_at(folder, START, "Another beginning")
    git(folder, "checkout", "-q", "main")
    with pytest.raises(DataError, match="fetch-depth: 0"):
        GitRepository(folder).changed_since(base, "bets")


def test_only_the_commits_that_touch_the_file_are_its_versions(folder: Path) -> None:
    commit_texts(folder, "a.md", "one")
    (folder / "b.md").write_text("other")
    commit_at(folder, START + HOUR, "Other")
    (folder / "a.md").write_text("not committed")
    assert versions(folder, "a.md") == [(0, "one")]


def test_bytes_that_are_no_text_do_not_stop_the_reading(folder: Path) -> None:
    for hours, content in enumerate((b"caf\xe9\n", b"two")):
        (folder / "a.md").write_bytes(content)
        commit_at(folder, START + HOUR * hours, "Write")
    assert versions(folder, "a.md") == [(1, "two"), (0, "caf\N{REPLACEMENT CHARACTER}\n")]


def test_versions_are_followed_through_renames(folder: Path) -> None:
    commit_texts(folder, "ideas.md", BET)
    (folder / "bets").mkdir()
    (folder / "ideas.md").rename(folder / "bets" / "faster.md")
    commit_at(folder, START + HOUR, "Move")
    (folder / "bets" / "faster.md").write_text(BET + "More.\n")
    commit_at(folder, START + HOUR * 2, "Say more")
    assert versions(folder, "bets/faster.md") == [(2, BET + "More.\n"), (1, BET), (0, BET)]


def test_a_file_that_was_renamed_there_and_back_never_was_away(folder: Path) -> None:
    commit_texts(folder, "a.md", BET)
    for hours, (old, new) in enumerate((("a.md", "b.md"), ("b.md", "a.md")), start=1):
        (folder / old).rename(folder / new)
        commit_at(folder, START + HOUR * hours, "Move")
    assert versions(folder, "a.md") == [(2, BET), (1, BET), (0, BET)]


def test_a_copy_is_only_as_old_as_itself(folder: Path) -> None:
    commit_texts(folder, "template.md", BET)
    (folder / "copy.md").write_text(BET)
    commit_at(folder, START + HOUR, "Frame")
    assert versions(folder, "copy.md") == [(1, BET)]


def test_a_time_without_the_file_is_a_version_without_text(folder: Path) -> None:
    commit_texts(folder, "a.md", "one", None, "one")
    assert versions(folder, "a.md") == [(2, "one"), (1, ""), (0, "one")]


def test_a_file_that_was_never_committed_has_no_versions(folder: Path) -> None:
    assert versions(folder, "bets/new.md") == []
    commit_at(folder, START, "Begin")
    (folder / "new.md").write_text(BET)
    assert versions(folder, "new.md") == []


def test_paths_are_relative_to_the_folder_that_was_opened(folder: Path) -> None:
    (folder / "app" / "bets").mkdir(parents=True)
    (folder / "app" / "bets" / "[x] ü.md").write_text(BET)
    commit_at(folder, START, "Frame")
    repository = GitRepository(folder / "app")
    assert versions(folder / "app", "bets/[x] ü.md") == [(0, BET)]
    assert repository.has("bets/[x] ü.md")
    assert repository.root() == folder.resolve()


def test_a_users_own_settings_do_not_change_the_versions(folder: Path) -> None:
    git(folder, "config", "log.follow", "true")
    git(folder, "config", "diff.renames", "copies")
    commit_texts(folder, "template.md", BET)
    (folder / "copy.md").write_text(BET)
    commit_at(folder, START + HOUR, "Frame")
    assert versions(folder, "copy.md") == [(1, BET)]


def test_reading_may_stop_after_any_version(folder: Path) -> None:
    large = "A long reason.\n" * 20_000
    commit_texts(folder, "a.md", *(f"{number}{large}" for number in range(5)))
    found = GitRepository(folder).versions_of_file("a.md")
    assert next(found).text == f"4{large}"
    del found


def test_a_merged_branch_shows_how_its_text_came_about(tmp_path: Path) -> None:
    stream = Stream()
    old = stream.commit("Begin", START, files={"a": "old"})
    begun = stream.commit("Try", START + HOUR, [old], {"a": "begun"})
    done = stream.commit("Done", START + HOUR * 2, [begun], {"a": "done"})
    other = stream.commit("Other", START + HOUR * 3, [old], {"b": "other"})
    stream.branch("main", stream.commit("Merge", START + HOUR * 4, [other, done], {"a": "done"}))
    stream.write(tmp_path)
    assert versions(tmp_path, "a") == [(4, "done"), (2, "done"), (1, "begun"), (0, "old")]


def test_a_branch_whose_text_was_not_taken_over_never_stood(tmp_path: Path) -> None:
    stream = Stream()
    old = stream.commit("Begin", START, files={"a": "old"})
    side = stream.commit("Try", START + HOUR, [old], {"a": "tried"})
    stream.branch("main", stream.commit("Merge, keep ours", START + HOUR * 2, [old, side], {"b": "merged"}))
    stream.write(tmp_path)
    assert versions(tmp_path, "a") == [(0, "old")]


def test_a_merge_that_brings_an_old_text_back_does_not_hide_what_stood_between(tmp_path: Path) -> None:
    stream = Stream()
    old = stream.commit("Begin", START, files={"a": "old"})
    new = stream.commit("Change", START + HOUR, [old], {"a": "new"})
    side = stream.commit("Elsewhere", START + HOUR * 2, [old], {"b": "side"})
    stream.branch("main", stream.commit("Merge", START + HOUR * 3, [new, side], {"a": "old"}))
    stream.write(tmp_path)
    assert versions(tmp_path, "a") == [(3, "old"), (1, "new"), (0, "old")]


def test_a_file_from_a_merged_branch_is_as_old_as_on_that_branch(tmp_path: Path) -> None:
    merge_commits(tmp_path, 2, inner=1)
    assert versions(tmp_path, "src/topic-2/1.py") == [(16, "1"), (16 - 1 / 60, "1")]


def test_init_learns_what_it_needs(tmp_path: Path) -> None:
    merge_commits(tmp_path, 4, tags={2: "v1.0", 4: "v1.1"})
    git(tmp_path, "remote", "add", "origin", "git@code.example:harbor/app.git")
    git(tmp_path, "branch", "next")
    repository = GitRepository(tmp_path)
    assert repository.default_branch() == "main"
    assert repository.branches() == ["main", "next"]
    assert repository.tags() == ["v1.0", "v1.1"]
    assert repository.remotes() == {"origin": "git@code.example:harbor/app.git"}
    assert repository.commit_count() == 13
    assert repository.merge_style() == "merges"
    assert repository.has("README.md")
    assert not repository.has("CODEOWNERS")
    assert not repository.is_shallow()


def test_a_straight_history_is_linear_or_squashed(tmp_path: Path) -> None:
    linear(tmp_path, 20)
    assert GitRepository(tmp_path).merge_style() == "linear or squash"


def test_an_empty_repository_has_nothing_yet(folder: Path) -> None:
    repository = GitRepository(folder)
    assert (repository.commit_count(), repository.merge_style()) == (0, "empty")
    assert repository.default_branch() is None
    assert (repository.tags(), repository.branches(), repository.remotes()) == ([], [], {})


def test_a_repository_is_found_from_a_folder_within(folder: Path) -> None:
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    found = find_repository(inner)
    assert found is not None
    assert found.root() == folder.resolve()


def test_outside_any_repository_none_is_found(tmp_path: Path) -> None:
    assert find_repository(tmp_path) is None
    assert find_repository(tmp_path / "missing") is None


def test_a_hook_does_not_send_us_to_its_own_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    linear(tmp_path / "one", 1)
    linear(tmp_path / "two", 2)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "one" / ".git"))
    assert GitRepository(tmp_path / "two").commit_count() == 2


def test_a_broken_date_becomes_the_epoch(tmp_path: Path) -> None:
    stream = Stream()
    stream.branch("main", stream.commit("Begin", START.replace(year=1970), files={"a": "b"}))
    stream.write(tmp_path)
    (version,) = GitRepository(tmp_path).versions_of_file("a")
    assert version.committed_at.year == 1970
