import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.bet.parse import parse_bet
from aftermerge.connectors.git.repository import find_repository
from aftermerge.errors import WorkspaceError
from aftermerge.jobs.init import InitSummary, initialise
from aftermerge.settings import Settings, check_metrics, read_metrics, read_settings
from support.histories import commit_at, git

EXAMPLE = re.compile(r"^#(?=\S)", re.MULTILINE)


@dataclass(frozen=True)
class Repository:
    """A repository that answers as it is told."""

    folder: Path
    branch: str | None = "main"
    names: Sequence[str] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    commits: int = 1204
    shallow: bool = False

    def root(self) -> Path:
        return self.folder

    def default_branch(self) -> str | None:
        return self.branch

    def tags(self) -> Sequence[str]:
        return self.names

    def remotes(self) -> Mapping[str, str]:
        return self.addresses

    def commit_count(self) -> int:
        return self.commits

    def is_shallow(self) -> bool:
        return self.shallow

    def merge_style(self) -> str:
        return "merges"


def init(repository: Repository) -> InitSummary:
    return initialise(repository.folder, lambda _: repository)


def written(root: Path) -> Settings:
    return read_settings(root, {})


def test_a_fresh_workspace_has_its_files_and_can_be_read_at_once(tmp_path: Path) -> None:
    summary = init(Repository(tmp_path))
    files = ("aftermerge.toml", "metrics.toml", "bets/README.md", "bets/_template.md", ".gitignore")
    assert summary.written == files
    assert summary.kept == ()
    assert all((tmp_path / file).is_file() for file in files)
    assert [source.kind for source in written(tmp_path).sources] == ["git"]
    assert read_metrics(tmp_path) == ()


def test_a_second_time_nothing_is_touched(tmp_path: Path) -> None:
    init(Repository(tmp_path))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    summary = init(replace(Repository(tmp_path), names=("v1", "v2")))
    assert summary.written == ()
    assert len(summary.kept) == 5
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_file_that_stood_there_is_kept_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "metrics.toml").write_text("# mine\n", encoding="utf-8")
    summary = init(Repository(tmp_path))
    assert summary.kept == ("metrics.toml",)
    assert (tmp_path / "metrics.toml").read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"dist/\n", b"dist/\n.aftermerge/\n"),
        (b"dist/", b"dist/\n.aftermerge/\n"),
        (b"dist/\r\n", b"dist/\r\n.aftermerge/\r\n"),
        (b"", b".aftermerge/\n"),
        (b"/.aftermerge\n", b"/.aftermerge\n"),
        (b".aftermerge/", b".aftermerge/"),
    ],
)
def test_git_ignores_the_local_ledger_by_one_line(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / ".gitignore").write_bytes(before)
    init(Repository(tmp_path))
    assert (tmp_path / ".gitignore").read_bytes() == after


def test_every_example_in_the_files_works_once_its_comment_sign_is_gone(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text("* @harbor/exports\n", encoding="utf-8")
    init(replace(Repository(tmp_path), addresses={"origin": "https://git.example/harbor/app"}))
    for file in ("aftermerge.toml", "metrics.toml"):
        text = (tmp_path / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(EXAMPLE.sub("", text), encoding="utf-8")
    read = written(tmp_path)
    metrics = read_metrics(tmp_path)
    check_metrics(tmp_path, metrics, read.tables)
    assert {metric.kind for metric in metrics} == {
        *("share", "mean", "count", "sum", "ratio", "series", "feedback_rate")
    }
    assert len(read.tables) == 3
    assert read.teams[0].slack_days == ("friday",)


def test_the_template_is_a_bet_that_can_be_read(tmp_path: Path) -> None:
    init(Repository(tmp_path))
    text = (tmp_path / "bets/_template.md").read_text(encoding="utf-8")
    assert parse_bet(text, "bets/_template.md").slug == "a-short-name"
    assert parse_bet(text.replace("\n# ", "\n"), "bets/_template.md").flag == "a-flag"


@pytest.mark.parametrize(
    ("tags", "releases"),
    [((), "merges"), (("v1.0",), "merges"), (("v1.0", "v1.1"), "tags"), (("nightly", "latest"), "merges")],
)
def test_releases_are_read_from_tags_once_there_are_two_versions(
    tmp_path: Path, tags: tuple[str, ...], releases: str
) -> None:
    init(replace(Repository(tmp_path), names=tags))
    assert written(tmp_path).sources[0].config["releases"] == releases


@pytest.mark.parametrize(
    "address",
    [
        "https://git.example/harbor/app.git",
        "https://someone:a-secret@git.example/harbor/app",
        "https://someone:x/a-secret@git.example/harbor/app",
        "git@git.example:harbor/app.git",
        "ssh://git@git.example:22/harbor/app.git/",
    ],
)
def test_the_repository_is_named_by_its_remote_without_any_secret(tmp_path: Path, address: str) -> None:
    summary = init(replace(Repository(tmp_path), addresses={"mirror": "x@y:other/one", "origin": address}))
    found = written(tmp_path)
    assert found.workspace.name == "app"
    assert found.sources[0].config["repo"] == "harbor/app"
    assert "a-secret" not in (tmp_path / "aftermerge.toml").read_text(encoding="utf-8") + " ".join(summary.found)


def test_without_a_remote_the_folder_gives_the_name(tmp_path: Path) -> None:
    init(replace(Repository(tmp_path), addresses={"origin": "../elsewhere"}))
    assert written(tmp_path).workspace.name == tmp_path.name
    assert "repo" not in written(tmp_path).sources[0].config


def test_teams_come_from_codeowners_and_single_people_do_not(tmp_path: Path) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text(
        "# @harbor/old\n* @harbor/core @one-person  # @harbor/note\n/exports/ @harbor/exports @harbor/core\n"
        "docs/ docs@harbor.example\n",
        encoding="utf-8",
    )
    summary = init(Repository(tmp_path))
    assert [(team.name, team.owners) for team in written(tmp_path).teams] == [
        ("core", ("@harbor/core",)),
        ("exports", ("@harbor/exports",)),
    ]
    assert ".github/CODEOWNERS names 2 teams" in summary.found


def test_what_was_found_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / ".mailmap").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data/reviews.csv.gz").touch()
    (tmp_path / "data/notes.txt").touch()
    summary = init(replace(Repository(tmp_path), names=("v1.0", "latest")))
    assert summary.found == (
        "1,204 commits on `main`",
        "2 tags, 1 of them a version",
        "merge style: merges",
        "no remote that names a repository",
        "a .mailmap",
        "no CODEOWNERS",
        "data: data/reviews.csv.gz",
    )
    assert "# Found here: data/reviews.csv.gz" in (tmp_path / "aftermerge.toml").read_text(encoding="utf-8")


def test_a_shallow_clone_is_told_and_deepened_first(tmp_path: Path) -> None:
    summary = init(replace(Repository(tmp_path), shallow=True))
    assert "shallow" in summary.found[-1]
    assert summary.next_steps[0] == "git fetch --unshallow"


def test_outside_git_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError) as caught:
        initialise(tmp_path, lambda _: None)
    assert caught.value.then == "git init, or cd into your repository"


def test_a_file_where_a_folder_belongs_is_told(tmp_path: Path) -> None:
    (tmp_path / "bets").touch()
    with pytest.raises(WorkspaceError, match="is not a folder") as caught:
        init(Repository(tmp_path))
    assert "bets" in str(caught.value.then)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(st.characters(), min_size=1, max_size=15), st.text(max_size=30))
def test_whatever_things_are_called_the_settings_can_be_read(tmp_path: Path, name: str, owners: str) -> None:
    (tmp_path / "CODEOWNERS").write_bytes(f"* @org/{owners}\n".encode("utf-8", "surrogatepass"))
    (tmp_path / "aftermerge.toml").unlink(missing_ok=True)
    init(replace(Repository(tmp_path), addresses={"origin": f"https://git.example/harbor/{name}"}))
    assert written(tmp_path).sources[0].kind == "git"


def test_in_a_real_repository_the_workspace_stands_at_its_root(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=trunk")
    below = tmp_path / "src"
    below.mkdir()
    (below / "app.py").touch()
    commit_at(tmp_path, datetime(2026, 1, 5, tzinfo=UTC), "Begin")
    summary = initialise(below, find_repository)
    assert summary.root.resolve() == tmp_path.resolve()
    assert summary.found[0] == "1 commit on `trunk`"
    assert (tmp_path / "aftermerge.toml").is_file()
