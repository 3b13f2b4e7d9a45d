"""What a workspace asks of the repository it stands in."""

from datetime import timedelta
from pathlib import Path

import pytest

from aftermerge.connectors.git import GitRepository, find_repository
from support.histories import START, Stream, commit_at, git, linear, merge_commits

HOUR = timedelta(hours=1)
BET = "---\nbet: faster\n---\n" + "A paragraph of reasons.\n" * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def test_a_file_is_as_old_as_its_first_commit_under_any_name(folder: Path) -> None:
    (folder / "ideas.md").write_text(BET)
    commit_at(folder, START, "Frame")
    (folder / "bets").mkdir()
    (folder / "ideas.md").rename(folder / "bets" / "faster.md")
    commit_at(folder, START + HOUR, "Move")
    (folder / "bets" / "faster.md").write_text(BET + "More.\n")
    commit_at(folder, START + HOUR * 2, "Say more")
    assert GitRepository(folder).first_commit_of_file("bets/faster.md") == START


def test_a_copy_is_only_as_old_as_itself(folder: Path) -> None:
    (folder / "template.md").write_text(BET)
    commit_at(folder, START, "Template")
    (folder / "copy.md").write_text(BET)
    commit_at(folder, START + HOUR, "Frame")
    assert GitRepository(folder).first_commit_of_file("copy.md") == START + HOUR


def test_a_file_that_was_never_committed_has_no_date(folder: Path) -> None:
    repository = GitRepository(folder)
    assert repository.first_commit_of_file("bets/new.md") is None
    commit_at(folder, START, "Begin")
    (folder / "new.md").write_text(BET)
    assert repository.first_commit_of_file("new.md") is None
    assert repository.first_commit_of_text("new.md", "bet") is None


def test_paths_are_relative_to_the_folder_that_was_opened(folder: Path) -> None:
    (folder / "app" / "bets").mkdir(parents=True)
    (folder / "app" / "bets" / "[x] ü.md").write_text(BET)
    commit_at(folder, START, "Frame")
    repository = GitRepository(folder / "app")
    assert repository.first_commit_of_file("bets/[x] ü.md") == START
    assert repository.has("bets/[x] ü.md")
    assert repository.root() == folder.resolve()


def test_a_text_is_as_old_as_the_commit_that_first_had_it(folder: Path) -> None:
    file = folder / "metrics.toml"
    file.write_text("[one]\n" + "kind = 'share'\n" * 9)
    commit_at(folder, START, "One")
    file.write_text(file.read_text() + "[two]\n")
    commit_at(folder, START + HOUR, "Two")
    file.write_text(file.read_text() + "# [two] again\n")
    commit_at(folder, START + HOUR * 2, "Comment")
    repository = GitRepository(folder)
    assert repository.first_commit_of_text("metrics.toml", "[one]") == START
    assert repository.first_commit_of_text("metrics.toml", "[two]") == START + HOUR
    assert repository.first_commit_of_text("metrics.toml", "[three]") is None


def test_a_file_from_a_merged_branch_is_as_old_as_on_that_branch(tmp_path: Path) -> None:
    merge_commits(tmp_path, 2, inner=1)
    found = GitRepository(tmp_path).first_commit_of_file("src/topic-2/1.py")
    assert found == START + timedelta(hours=16) - timedelta(minutes=1)


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
    found = GitRepository(tmp_path).first_commit_of_file("a")
    assert found is not None
    assert found.year == 1970
