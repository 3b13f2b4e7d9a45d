"""The GitHub Action: its shape, and its steps as a runner's shell runs them."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.histories import linear
from support.walks import aftermerge

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "action.yml").read_text()
ACTION: dict[str, Any] = yaml.safe_load(TEXT)
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
SAID = "I can never export my invoices"

# As the API answers: the newest is not always first, and a fork's run may name an artifact alike.
ARTIFACTS = [
    {"id": 1, "created_at": "2026-03-01T00:00:00Z", "expired": False, "branch": "main", "from": 7},
    {"id": 2, "created_at": "2026-03-03T00:00:00Z", "expired": False, "branch": "main", "from": 7},
    {"id": 3, "created_at": "2026-03-04T00:00:00Z", "expired": True, "branch": "main", "from": 7},
    {"id": 4, "created_at": "2026-03-05T00:00:00Z", "expired": False, "branch": "main", "from": 8},
    {"id": 5, "created_at": "2026-03-06T00:00:00Z", "expired": False, "branch": "idea", "from": 7},
]
GH = """#!{python}
import json, os, sys
asked = next(word for word in sys.argv if word.startswith("repos/"))
if asked.endswith("/zip"):
    assert asked == "repos/harbor/app/actions/artifacts/2/zip", asked
    sys.stdout.buffer.write(open(os.environ["FAKE_ZIP"], "rb").read())
else:
    print(open(os.environ["FAKE_LIST"]).read())
"""


def step(name: str) -> dict[str, Any]:
    return next(found for found in STEPS if found["name"] == name)


def test_it_is_a_composite_action_of_which_every_input_is_described() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for name, said in ACTION["inputs"].items():
        assert set(said) == {"description", "default"}, name
        assert said["description"].endswith("."), name
        assert isinstance(said["default"], str), name


def test_every_input_is_used_and_none_that_is_not_there() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", TEXT))
    assert used == set(ACTION["inputs"])


def test_what_is_given_reaches_a_shell_by_the_environment_alone() -> None:
    for found in STEPS:
        assert ("run" in found) != ("uses" in found), found["name"]
        if "run" in found:
            assert found["shell"] == "bash"
            assert "${{" not in found["run"]


def test_every_input_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "how-to" / "github-action.md").read_text()
    documented = set(re.findall(r"^\| `([\w-]+)` \|", guide, re.MULTILINE))
    assert documented == set(ACTION["inputs"])


def test_what_the_guide_has_one_write_calls_the_action_with_inputs_that_it_has() -> None:
    guide = (ROOT / "docs" / "how-to" / "github-action.md").read_text()
    workflows = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    assert workflows
    for workflow in workflows:
        (job,) = workflow["jobs"].values()
        calls = [call for call in job["steps"] if "aftermerge" in call.get("uses", "")]
        assert calls
        for call in calls:
            assert set(call.get("with", {})) <= set(ACTION["inputs"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    linear(root, 5, tags={2: "v1.0", 4: "v1.1"})
    aftermerge(root, "init")
    (root / "said.csv").write_text(f"id,time,author,text\n1,2026-05-01,ada,{SAID}\n")
    source = '\n[[source]]\nkind = "csv"\nname = "support"\npath = "said.csv"\nas = "feedback"\n'
    (root / "aftermerge.toml").write_text((root / "aftermerge.toml").read_text() + source)
    return root


def shell(name: str, root: Path, code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script as the runner does."""
    given = {
        "ARTIFACT": "aftermerge-ledger",
        "ARGS": "",
        "ALSO": "",
        "ASK": "",
        "FOLDER": ".",
        "SUMMARY": "true",
        "BRANCH": "main",
    }
    runner = {
        "PATH": f"{root.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(root.parent),
        "GITHUB_STEP_SUMMARY": str(root.parent / "summary.md"),
        "GITHUB_REPOSITORY": "harbor/app",
        "GITHUB_REF_NAME": "main",
    }
    environ: Mapping[str, str] = {**os.environ, **runner, **given, **more}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]]
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_a_round_leaves_a_ledger_without_words_and_a_review(root: Path) -> None:
    shell("Read and measure", root, ALSO="ship log\n\nbet list --json\n")
    with zipfile.ZipFile(root.parent / "aftermerge-ledger.zip") as backup:
        assert SAID.encode() not in b"".join(backup.read(name) for name in backup.namelist())
    assert "what it changed for customers" in (root.parent / "summary.md").read_text()


def test_with_a_ledger_elsewhere_the_whole_loop_runs_and_nothing_is_kept(root: Path) -> None:
    shell("Read and measure", root, ARTIFACT="", SUMMARY="false")
    assert not (root.parent / "aftermerge-ledger.zip").exists()
    assert not (root.parent / "summary.md").exists()
    found = aftermerge(root, "hear", "search", "invoices", "--json").json["feedback"]
    assert [row["text"] for row in found] == [SAID]


def test_a_round_that_fails_is_kept_as_far_as_it_came_and_fails(root: Path) -> None:
    (root / "bets" / "b.md").write_text("---\nbet: b\n---\n")
    shell("Read and measure", root, code=2)
    assert (root.parent / "aftermerge-ledger.zip").exists()


def test_on_a_pull_request_its_bets_are_asked_about_and_nothing_is_measured_or_kept(root: Path) -> None:
    (root / "bets" / "b.md").write_text("---\nbet: b\nmetric: feedback_rate\nproblem: slow\nworth: 5%\n---\n")
    event = {
        "repository": {"full_name": "harbor/app"},
        "pull_request": {"number": 1, "base": {"sha": "HEAD"}, "head": {"sha": "b" * 40}},
    }
    (root.parent / "event.json").write_text(json.dumps(event))
    path = str(root.parent / "event.json")
    told = shell("Ask about the bets of a pull request", root, ASK="--dry-run", GITHUB_EVENT_PATH=path).stdout
    assert "no customer is heard in this ledger" in told
    shell("Ask about the bets of a pull request", root, 3, ASK="--dry-run --check", GITHUB_EVENT_PATH=path)
    assert not (root.parent / "aftermerge-ledger.zip").exists()
    for name in ("Read and measure", "Keep the ledger for the next run"):
        assert "github.event_name != 'pull_request'" in step(name)["if"]
    assert step("Ask about the bets of a pull request")["if"] == "github.event_name == 'pull_request'"


@pytest.mark.skipif(
    not (shutil.which("jq") and shutil.which("unzip")), reason="a runner has jq and unzip; here they lack"
)
def test_the_next_run_takes_the_newest_ledger_of_the_default_branch(root: Path) -> None:
    aftermerge(root, "sync", "--without-feedback")
    aftermerge(root, "backup", str(root.parent / "aftermerge-ledger.zip"))
    with zipfile.ZipFile(root.parent / "artifact.zip", "w") as artifact:
        artifact.write(root.parent / "aftermerge-ledger.zip", "aftermerge-ledger.zip")
    shutil.rmtree(root / ".aftermerge")
    fetch(root, ARTIFACTS)
    assert len(aftermerge(root, "ship", "log", "--json").json["changes"]) == 5


@pytest.mark.skipif(not shutil.which("jq"), reason="a runner has jq; here it lacks")
def test_the_first_run_finds_no_ledger_and_begins(root: Path) -> None:
    (root.parent / "artifact.zip").write_bytes(b"")
    assert "There is no ledger yet" in fetch(root, ARTIFACTS[2:]).stdout
    assert "There is no ledger yet" in fetch(root, []).stdout


def fetch(root: Path, artifacts: list[dict[str, Any]]) -> subprocess.CompletedProcess[str]:
    """With a `gh` that answers as the API would."""
    rows = [
        {key: row[key] for key in ("id", "created_at", "expired")}
        | {"workflow_run": {"head_branch": row["branch"], "repository_id": 7, "head_repository_id": row["from"]}}
        for row in artifacts
    ]
    (root.parent / "list.json").write_text(json.dumps({"total_count": len(rows), "artifacts": rows}))
    (root.parent / "gh").write_text(GH.format(python=sys.executable))
    (root.parent / "gh").chmod(0o755)
    return shell(
        "Fetch the ledger of the last run",
        root,
        FAKE_ZIP=str(root.parent / "artifact.zip"),
        FAKE_LIST=str(root.parent / "list.json"),
    )
