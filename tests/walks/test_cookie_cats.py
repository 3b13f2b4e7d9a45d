"""A finished experiment on 90,189 players."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from support.walks import aftermerge, cookie_cats

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/readouts.schema.json").read_text())


def readouts_in(folder: Path) -> dict[tuple[str, str], Any]:
    aftermerge(folder, "sync")
    answer = aftermerge(folder, "measure", "run", "--json").json
    jsonschema.validate(answer, SCHEMA)
    return {(r["subject"]["id"], r["metric"]): r for r in answer["readouts"]}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    return readouts_in(cookie_cats(tmp_path_factory.mktemp("walk") / "cats"))


def test_day_seven_retention_was_harmed(found: dict[tuple[str, str], Any]) -> None:
    readout = found["gate-at-40", "retention_7"]
    assert (readout["verdict"], readout["grade"], readout["unit"]) == ("harmed", "A", "pp")
    assert readout["estimate"] == pytest.approx(-0.82, abs=0.005)
    assert readout["high"] < 0
    assert readout["baseline"] == pytest.approx(0.1902, abs=5e-5)
    assert readout["units"] == {"gate_30": 44_700, "gate_40": 45_489}


def test_the_claim_is_marked_retrospective(found: dict[tuple[str, str], Any]) -> None:
    assert found["gate-at-40", "retention_7"]["retrospective"] is True


def test_day_one_is_not_claimed_as_harmed(found: dict[tuple[str, str], Any]) -> None:
    readout = found["gate-day-one", "retention_1"]
    assert readout["verdict"] == "cannot_tell"
    assert readout["low"] < 0 < readout["high"]
    assert found["gate-at-40", "retention_1"]["verdict"] is None, "what is reported beside a claim has no verdict"


def test_the_uneven_fill_is_a_warning_and_no_block(found: dict[tuple[str, str], Any]) -> None:
    (check,) = [c for c in found["gate-at-40", "retention_7"]["checks"] if c["name"] == "sample_ratio"]
    assert check["outcome"] == "warn"
    assert "0.0086" in check["detail"]


def test_the_player_of_49_854_rounds_does_not_decide_the_mean(found: dict[tuple[str, str], Any]) -> None:
    winsorised = found["gate-at-40", "rounds"]
    assert abs(winsorised["estimate"]) < 0.3, "with that player it is −1.16"
    assert winsorised["verdict"] == "cannot_tell"


def test_without_winsorising_that_player_leaves_no_verdict(tmp_path: Path) -> None:
    readout = readouts_in(cookie_cats(tmp_path / "cats", winsorize=False))["gate-at-40", "rounds"]
    assert readout["verdict"] == "cannot_tell"
    assert "one unit alone" in readout["reason"]
