"""`ship deploy`: from a line in any CI to a release."""

import subprocess
from pathlib import Path

import pytest

from support.histories import linear
from support.walks import aftermerge

SETTINGS = """[workspace]
name = "Harbor"

[[source]]
kind = "git"
name = "app"
path = "."
releases = "deployments"
deployments = "deployments.csv"
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    linear(tmp_path / "app", 4, tags={4: "v1.0"})
    subprocess.run(["git", "-C", str(tmp_path / "app"), "reset", "-q", "--hard"], check=True)
    aftermerge(tmp_path / "app", "init")
    (tmp_path / "app" / "aftermerge.toml").write_text(SETTINGS)
    return tmp_path / "app"


def test_what_ci_says_it_deployed_is_a_release_with_its_changes(repository: Path) -> None:
    said = ("ship", "deploy", "--commit", "v1.0", "--version", "1.0", "--at", "2026-03-01T12:00:00Z")
    assert aftermerge(repository, *said, "--json").json["new"] is True
    assert "stands already" in aftermerge(repository, *said).out
    aftermerge(repository, "sync")
    changes = aftermerge(repository, "ship", "log", "--json").json["changes"]
    assert [change["releases"] for change in changes] == [["1.0"]] * 4


def test_an_environment_that_users_do_not_see_is_said_to_be_one(repository: Path) -> None:
    out = aftermerge(repository, "ship", "deploy", "--commit", "HEAD", "--environment", "staging").out
    assert "users do not see staging" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--commit", "nothing"), "no commit `nothing`"),
        (("--commit", "HEAD", "--at", "noon"), "is not an ISO time"),
        (("--commit", "HEAD", "--source", "apq"), "did you mean `app`"),
    ],
)
def test_what_can_t_be_used_is_refused_and_no_list_is_begun(
    repository: Path, words: tuple[str, ...], told: str
) -> None:
    assert told in aftermerge(repository, "ship", "deploy", *words, code=2).err
    assert not (repository / "deployments.csv").exists()


def test_where_no_source_takes_deployments_the_lines_to_write_are_given(repository: Path) -> None:
    (repository / "aftermerge.toml").write_text(SETTINGS.replace('releases = "deployments"\n', ""))
    err = aftermerge(repository, "ship", "deploy", "--commit", "HEAD", code=2).err
    assert 'releases = "deployments"' in err
    assert "[[source]]" in err


def test_of_several_lists_one_has_to_be_named(repository: Path) -> None:
    second = SETTINGS.partition("\n\n")[2].replace('"app"', '"web"').replace("deployments.csv", "web.csv")
    (repository / "aftermerge.toml").write_text(f"{SETTINGS}\n{second}")
    assert "--source" in aftermerge(repository, "ship", "deploy", "--commit", "HEAD", code=2).err
    aftermerge(repository, "ship", "deploy", "--commit", "HEAD", "--source", "web")
    assert (repository / "web.csv").exists()
