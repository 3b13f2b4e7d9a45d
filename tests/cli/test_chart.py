"""`aftermerge measure chart`, over readouts that were put into the ledger."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from aftermerge.cli import aftermerge as group
from aftermerge.errors import AftermergeError
from aftermerge.ledger import open_ledger
from aftermerge.model.readout import Subject
from support.charts import CHARTED, READOUT
from support.walks import aftermerge

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
RELEASE = Subject("release", "../../v1 <x>")
READOUTS = (
    replace(CHARTED["arms"], metric="tickets", role="guardrail"),
    CHARTED["series"],
    replace(READOUT, metric="speed", role="also", estimate=None, low=None, high=None, reason="no data yet"),
    replace(CHARTED["looks"], subject=RELEASE, role="watch"),
    replace(CHARTED["looks"], subject=Subject("release", "v2"), metric="a", role="watch"),
    replace(CHARTED["looks"], subject=Subject("release", "v2"), metric="b", role="watch"),
    replace(READOUT, subject=Subject("release", "v3"), role="watch"),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workspace")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    (root / "aftermerge.toml").write_text('[workspace]\nname = "Harbor"\n')
    (root / ".aftermerge").mkdir()
    with open_ledger(root / ".aftermerge" / "ledger.db") as ledger:
        ledger.replace_readouts(NOON, READOUTS)
    return root


def refused(*words: str) -> tuple[int, str]:
    """The exit code and the sentence with which a command ends."""
    try:
        group.main(list(words), standalone_mode=False)
    except (AftermergeError, click.ClickException) as error:
        return error.exit_code, str(error)
    return 0, ""


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.*g")}


def test_the_figure_of_the_claim_is_written_beside_and_named(workspace: Path) -> None:
    assert (
        aftermerge(workspace, "measure", "chart", "faster-export").out == "written: faster-export-export_success.svg\n"
    )
    assert "export success" in (workspace / "faster-export-export_success.svg").read_text()


def test_another_metric_or_file_can_be_asked_for(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "figure.png"
    aftermerge(workspace, "measure", "chart", "faster-export", "--metric", "tickets", "--out", str(out))
    assert out.read_bytes().startswith(b"\x89PNG")


def test_a_name_that_leads_elsewhere_stays_in_the_folder(workspace: Path) -> None:
    assert aftermerge(workspace, "measure", "chart", RELEASE.id).out == "written: v1-x-export_success.svg\n"
    assert "v1-x-export_success.svg" in left_in(workspace)


def test_as_json_each_figure_of_the_subject_is_a_specification(workspace: Path) -> None:
    answer = aftermerge(workspace, "measure", "chart", "faster-export", "--json").json
    assert answer["as_of"] == "2026-03-09T12:00:00Z"
    assert [figure["metric"] for figure in answer["figures"]] == ["tickets", "export_success"]
    assert answer["figures"][1]["subject"] == {"kind": "bet", "id": "faster-export"}
    assert answer["figures"][1]["spec"]["title"]["text"] == "faster-export · export success"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("faster-export", "--metric", "speed"), 1, "no figure of `faster-export` on `speed`: no data yet"),
        (("v3",), 1, "`aftermerge measure run` reads it out anew"),
        (("v2",), 2, "`--metric` with one of a, b"),
        (("faster-expotr",), 2, "did you mean `faster-export`?"),
        (("faster-export", "--metric", "ticket"), 2, "did you mean `tickets`?"),
        (("faster-export", "--metric", ""), 2, "there is no readout of it on ``"),
        (("faster-export", "--out", "figure.pdf"), 2, "end it in `.svg` or `.png`"),
        (("faster-export", "--json", "--out", "a.svg"), 2, "say one of them"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_can_t_be_drawn_is_told_with_the_next_step(
    workspace: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    before = left_in(workspace)
    ended, said = refused("measure", "chart", *words, "-C", str(workspace))
    assert told in said
    assert ended == code
    assert left_in(workspace) == before


def test_an_empty_name_shows_no_readouts(workspace: Path) -> None:
    ended, said = refused("measure", "show", "", "-C", str(workspace))
    assert (ended, "there is no readout of ``" in said) == (2, True)
