"""Five years of an app's reviews and releases: who writes changes, and is not to be mistaken for what they think."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.walks import aftermerge, chrome

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/readouts.schema.json").read_text())
REDESIGN = "69.0.3497.71"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = chrome(tmp_path_factory.mktemp("walk") / "chrome")
    aftermerge(folder, "sync")
    return folder


@pytest.fixture(scope="module")
def found(workspace: Path) -> dict[tuple[str, str], Any]:
    answer = aftermerge(workspace, "measure", "run", "--json").json
    jsonschema.validate(answer, SCHEMA)
    return {(r["subject"]["id"], r["metric"]): r for r in answer["readouts"]}


def test_every_review_and_release_of_the_app_is_there_and_no_other(workspace: Path) -> None:
    told = aftermerge(workspace, "doctor").out
    assert "12,677 pieces of feedback" in told
    assert "77 releases" in told


def test_the_redesign_brought_a_wave_of_complaints(found: dict[tuple[str, str], Any]) -> None:
    readout = found[REDESIGN, "complaints"]
    assert readout["verdict"] == "harmed"
    assert readout["low"] > 100


def test_of_its_mean_rating_nothing_can_be_said_because_who_writes_changed(found: dict[tuple[str, str], Any]) -> None:
    readout = found[REDESIGN, "rating"]
    assert readout["verdict"] == "cannot_tell"
    assert "who is measured changed" in readout["reason"]


def test_no_verdict_on_the_rating_rests_on_a_jump_in_volume(found: dict[tuple[str, str], Any]) -> None:
    ratings = [r for (_, metric), r in found.items() if metric == "rating"]
    assert len(ratings) > 60
    for readout in ratings:
        if readout["verdict"] in ("improved", "harmed", "no_change"):
            (check,) = [c for c in readout["checks"] if c["name"] == "who_is_measured"]
            assert check["outcome"] == "pass", readout["subject"]


def test_most_releases_moved_complaints_no_more_than_chance_would(found: dict[tuple[str, str], Any]) -> None:
    verdicts = [r["verdict"] for (_, metric), r in found.items() if metric == "complaints"]
    assert verdicts.count("harmed") + verdicts.count("improved") <= 0.1 * len(verdicts)
