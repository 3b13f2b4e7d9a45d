"""Lists of deployments: rows, CDEvents, and how a row is added."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors.git.deploying import Deploying, add_deployment
from aftermerge.connectors.git.deployments import Deployment, read_deployments
from aftermerge.errors import DataError, OutsideError

COMMIT = "3f2a9c1d0e4b5a6978877665544332211ffeeddc"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGEST = "pkg:oci/app@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427"


def event(kind: str = "service.deployed", artifact: str = f"pkg:golang/app@{COMMIT}", **more: Any) -> dict[str, Any]:
    """As the specification has it."""
    environment = more.pop("environment", {"id": "production"})
    content = {"environment": environment, "artifactId": artifact}
    context = {
        "version": "0.4.1",
        "id": "271069a8",
        "source": "/ci",
        "type": f"dev.cdevents.{kind}.0.2.0",
        "timestamp": "2026-03-01T12:00:00Z",
    }
    return {"context": context, "subject": {"id": "service/app", "type": "service", "content": content}, **more}


def read(file: Path, *records: dict[str, Any], environments: tuple[str, ...] = ("production",)):  # type: ignore[no-untyped-def]
    file.write_text("\n".join(map(json.dumps, records)))
    return read_deployments(file, environments, UTC)


@pytest.mark.parametrize("kind", ["service.deployed", "service.upgraded", "service.rolledback"])
def test_an_event_of_a_service_that_now_runs_is_a_deployment(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path / "d.jsonl", event(kind)) == ((Deployment(NOON, COMMIT, None, 1),), ())


def test_an_event_inside_a_cloud_event_is_the_same(tmp_path: Path) -> None:
    envelope = {"specversion": "1.0", "type": "dev.cdevents.service.deployed.0.2.0", "time": "2026-03-01T12:00:00Z"}
    inner = event()
    del inner["context"]
    (found,), _ = read(tmp_path / "d.jsonl", envelope | {"data": inner})
    assert (found.time, found.commit) == (NOON, COMMIT)
    assert read(tmp_path / "d.jsonl", {"specversion": "1.0", "data": event()})[0][0].commit == COMMIT


def test_an_artifacts_version_that_is_a_tag_is_the_version_too(tmp_path: Path) -> None:
    (found,), _ = read(tmp_path / "d.jsonl", event(artifact="pkg:generic/app@v1.2.3"))
    assert (found.commit, found.version) == ("v1.2.3", "v1.2.3")


@pytest.mark.parametrize(
    "record",
    [
        event(artifact=DIGEST, customData={"commit": COMMIT}),
        event(artifact=f"{DIGEST}?vcs_url=git%2Bhttps%3A%2F%2Fgit.example%2Fapp%40{COMMIT}"),
    ],
)
def test_of_an_image_the_commit_is_what_is_said_beside_it(tmp_path: Path, record: dict[str, Any]) -> None:
    (found,), _ = read(tmp_path / "d.jsonl", record)
    assert (found.commit, found.version) == (COMMIT, None)


def test_an_images_digest_alone_is_no_commit_and_rejected_with_a_word(tmp_path: Path) -> None:
    found, (rejected,) = read(tmp_path / "d.jsonl", event(artifact=DIGEST))
    assert found == ()
    assert rejected.reason == "there is no commit in it"


def test_an_environment_is_known_by_its_id_or_its_name(tmp_path: Path) -> None:
    named = event(environment={"id": "cluster/7", "name": "production"})
    other = event(environment={"id": "staging"})
    assert len(read(tmp_path / "d.jsonl", named, other)[0]) == 1
    assert len(read(tmp_path / "d.jsonl", named, other, environments=("cluster/7", "staging"))[0]) == 2


def test_merges_and_other_events_are_left_out_with_one_word_each(tmp_path: Path) -> None:
    found, rejected = read(
        tmp_path / "d.jsonl", event("change.merged"), event(), event("change.merged"), event("service.removed")
    )
    assert [item.row for item in found] == [2]
    assert [row.reason for row in rejected] == [
        "2 × the event `change.merged` is left out: merges are read from git itself",
        "1 × the event `service.removed` is left out: it tells of no deployment",
    ]


@pytest.mark.parametrize("broken", [{}, {"subject": 1}, {"subject": {"content": []}}, {"customData": "x"}])
def test_an_event_of_another_shape_is_rejected_and_nothing_else(tmp_path: Path, broken: dict[str, Any]) -> None:
    kept = {key: value for key, value in event(artifact="").items() if key == "context"}
    found, rejected = read(tmp_path / "d.jsonl", kept | broken, event())
    assert (len(found), len(rejected)) == (1, 1)


@pytest.mark.parametrize("commit", ["-x", "a..b", "HEAD^{tree}", "a b", ":/fix"])
def test_what_git_would_take_for_something_else_is_no_commit(tmp_path: Path, commit: str) -> None:
    found, rejected = read(tmp_path / "d.jsonl", {"time": "2026-03-01T12:00:00Z", "commit": commit})
    assert (found, len(rejected)) == ((), 1)


DEPLOYING = Deploying(NOON, COMMIT, "production", "1.2")


@pytest.mark.parametrize("name", ["d.csv", "deep/er/d.csv", "d.jsonl"])
def test_a_row_is_added_once_and_reads_back(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    assert add_deployment(file, DEPLOYING, UTC)
    before = file.read_bytes()
    assert not add_deployment(file, DEPLOYING, UTC)
    same_moment = Deploying(NOON.astimezone(timezone(timedelta(hours=2))), COMMIT, "production")
    assert not add_deployment(file, same_moment, UTC)
    assert file.read_bytes() == before
    assert read_deployments(file, ("production",), UTC)[0][0].commit == COMMIT
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_new_list_begins_with_its_header(tmp_path: Path) -> None:
    add_deployment(tmp_path / "d.csv", DEPLOYING, UTC)
    assert (tmp_path / "d.csv").read_text() == (
        f"time,commit,environment,version\n2026-03-01T12:00:00Z,{COMMIT},production,1.2\n"
    )


def test_another_environment_or_moment_is_another_deployment(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    for deploying in (
        DEPLOYING,
        Deploying(NOON, COMMIT, "staging"),
        Deploying(NOON + timedelta(seconds=1), COMMIT, "production"),
    ):
        assert add_deployment(file, deploying, UTC)
    assert len(file.read_text().splitlines()) == 4


def test_a_list_of_the_teams_own_keeps_its_columns_and_what_stands_in_it(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    file.write_text(f"who,sha,deployed_at,version\nci,{COMMIT[:8]},2026-02-01T10:00:00,1.1")
    add_deployment(file, DEPLOYING, UTC)
    assert file.read_text().splitlines()[1:] == [
        f"ci,{COMMIT[:8]},2026-02-01T10:00:00,1.1",
        f",{COMMIT},2026-03-01T12:00:00Z,1.2",
    ]
    assert not add_deployment(file, Deploying(datetime(2026, 2, 1, 10, tzinfo=UTC), COMMIT, "production"), UTC)


def test_what_the_list_has_no_column_for_is_refused_and_the_list_stays(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    file.write_text("time,commit\n")
    with pytest.raises(DataError, match="no column `environment`"):
        add_deployment(file, Deploying(NOON, COMMIT, "staging"), UTC)
    assert file.read_text() == "time,commit\n"


def test_jobs_that_add_at_once_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    file = tmp_path / "d.csv"
    rows = [Deploying(NOON + timedelta(minutes=index % 12), COMMIT, "production") for index in range(48)]
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda row: add_deployment(file, row, UTC), rows))
    assert sum(added) == 12
    assert len(read_deployments(file, ("production",), UTC)[0]) == 12


def test_a_list_that_can_t_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="can't be written"):
        add_deployment(tmp_path / "file" / "d.csv", DEPLOYING, UTC)
