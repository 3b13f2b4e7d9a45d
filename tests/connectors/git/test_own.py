"""Which changes a person's own addresses wrote."""

import os
import subprocess
from pathlib import Path

import pytest

from aftermerge.connectors.git.repository import GitRepository


def commit(folder: Path, author: str, message: str, *words: str) -> str:
    names = {"GIT_COMMITTER_NAME": "Button", "GIT_COMMITTER_EMAIL": "button@harbor.example"}
    who = ["--author", f"{author.partition('@')[0]} <{author}>"]
    command = ["git", "-C", str(folder), *(words or ("commit", "-q", "--allow-empty", *who)), "-m", message]
    env = {**os.environ, **names, "GIT_AUTHOR_NAME": "Button", "GIT_AUTHOR_EMAIL": "button@harbor.example"}
    subprocess.run(command, check=True, capture_output=True, env=env)
    done = subprocess.run(["git", "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], check=True)
    return GitRepository(tmp_path)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


def test_a_change_is_theirs_who_wrote_one_of_its_commits_not_theirs_who_merged_it(repository: GitRepository) -> None:
    first = commit(repository.path, "maya@harbor.example", "First")
    git(repository.path, "checkout", "-q", "-b", "topic")
    commit(repository.path, "Noor@harbor.example", "Half of it")
    commit(repository.path, "maya@harbor.example", "The rest")
    git(repository.path, "checkout", "-q", "main")
    merge = commit(repository.path, "", "Merge", "merge", "-q", "--no-ff", "topic")
    paired = commit(repository.path, "maya@harbor.example", "Pair\n\nCo-authored-by: Noor <noor@harbor.example>")
    known = (first, merge, paired)
    assert repository.written_by(["noor@harbor.example"], known) == {merge, paired}
    assert repository.written_by(["maya@harbor.example"], known) == set(known)
    assert repository.written_by(["button@harbor.example"], known) == set()
    assert repository.written_by(["oor@harbor.example"], known) == set()


def test_an_old_address_is_that_of_the_mailmap(repository: GitRepository) -> None:
    first = commit(repository.path, "old@harbor.example", "First")
    (repository.path / ".mailmap").write_text("Maya <maya@harbor.example> <old@harbor.example>\n")
    assert repository.written_by(["maya@harbor.example"], [first]) == {first}


def test_a_change_that_is_not_here_is_nobodys(repository: GitRepository) -> None:
    commit(repository.path, "maya@harbor.example", "First")
    assert repository.written_by(["maya@harbor.example"], ["0" * 40, "--all"]) == set()


def test_git_says_who_asks_and_whom_it_knows(repository: GitRepository) -> None:
    git(repository.path, "config", "user.email", "maya@harbor.example")
    assert repository.setting("user.email") == "maya@harbor.example"
    assert repository.setting("aftermerge.team") is None
    assert not repository.knows("maya@harbor.example")
    commit(repository.path, "maya@harbor.example", "First")
    assert repository.knows("Maya@Harbor.example")
    assert not repository.knows("aya@harbor.example")
