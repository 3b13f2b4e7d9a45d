"""A real history with real downloads: releases read out against sister packages."""

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.walks import aftermerge, sqlite_utils

MINORS = ["3.29", "3.30", "3.31", "3.32", "3.33", "3.34", "3.35", "3.36", "3.37", "3.38"]
SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/readouts.schema.json").read_text())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = sqlite_utils(tmp_path_factory.mktemp("walk") / "sqlite-utils")
    aftermerge(folder, "sync")
    aftermerge(folder, "measure", "run")
    return folder


@pytest.fixture(scope="module")
def answer(workspace: Path) -> Any:
    return aftermerge(workspace, "measure", "show", "--json").json


def test_what_is_printed_fits_the_published_schema(answer: Any) -> None:
    jsonschema.validate(answer, SCHEMA)


def test_each_of_the_last_ten_minor_releases_gets_a_verdict_of_grade_c(answer: Any) -> None:
    found = {r["subject"]["id"]: r for r in answer["readouts"]}
    for minor in MINORS:
        assert found[minor]["grade"] == "C"
        assert found[minor]["design"] == "controlled"
        assert found[minor]["verdict"] in ("improved", "harmed", "no_change", "too_early", "cannot_tell")
        assert found[minor]["low"] < found[minor]["estimate"] < found[minor]["high"]


def test_each_says_how_often_the_method_spoke_when_nothing_was_released(answer: Any) -> None:
    placebos = [r["placebo"] for r in answer["readouts"] if r["subject"]["id"] in MINORS]
    assert len(placebos) == 10
    assert all(placebo["dates"] >= 15 for placebo in placebos)
    assert sum(p["alarms"] for p in placebos) <= 0.06 * sum(p["dates"] for p in placebos)


def test_the_checks_name_the_controls_and_what_was_left_out(answer: Any) -> None:
    (last,) = [r for r in answer["readouts"] if r["subject"]["id"] == "3.38"]
    checks = {check["name"]: check for check in last["checks"]}
    assert {"concurrent_change", "controls", "calibration"} <= set(checks)
    used, left_out = checks["controls"]["detail"].split(";")
    assert "llm" in left_out
    assert "datasette," in left_out
    assert not {"llm", "datasette"} & set(used.split(", of")[0].split(", "))


def test_two_releases_of_one_day_make_one_joint_claim(answer: Any) -> None:
    found = {r["subject"]["id"]: r for r in answer["readouts"]}
    assert found["3.32.1"]["verdict"] == "cannot_tell"
    assert "release 3.32" in found["3.32.1"]["reason"]


def test_a_prerelease_is_not_read_out(answer: Any) -> None:
    assert not {"3.38a0", "4.0a0"} & {r["subject"]["id"] for r in answer["readouts"]}


def test_explaining_shows_the_sql_and_runs_nothing(workspace: Path) -> None:
    told = aftermerge(workspace, "measure", "explain", "3.38").out
    assert "SELECT" in told
    assert '"downloads"' in told


def test_the_review_counts_releases_by_verdict(workspace: Path) -> None:
    told = aftermerge(workspace, "learn", "review").out
    assert re.search(r"\d+ readouts of releases: .*\d+ cannot tell", told)


def test_syncing_and_measuring_again_changes_nothing(workspace: Path, answer: Any) -> None:
    again = aftermerge(workspace, "sync", "--json").json
    assert all(source["new"] == source["changed"] == source["gone"] == 0 for source in again["sources"])
    aftermerge(workspace, "measure", "run")
    assert aftermerge(workspace, "measure", "show", "--json").json["readouts"] == answer["readouts"]
