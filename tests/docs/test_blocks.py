"""What a page tells a user to write can be read."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from aftermerge.bet.parse import parse_bet
from aftermerge.learn.exploration_file import parse_exploration
from aftermerge.learn.interview_file import parse_interview
from aftermerge.model.bet import Bet
from aftermerge.model.metric import Metric
from aftermerge.model.table import UsageTable
from aftermerge.settings.ladder import read_ladder
from aftermerge.settings.metrics import check_metrics, read_metrics
from aftermerge.settings.workspace import read_settings

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to"
PAGES = sorted([ROOT / "README.md", *HOW_TO.glob("*.md"), *(ROOT / "docs" / "explanation").rglob("*.md")])
WORKSPACE = '[workspace]\nname = "harbor"\n\n'
AS_ABOVE = "# as above\n"


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


def is_settings(block: str) -> bool:
    sections = "workspace|team|source|usage|hear|ship|tell|review|nudge|slack"
    return re.search(rf"^\[\[?({sections})", block, re.MULTILINE) is not None


def is_ladder(block: str) -> bool:
    return block.startswith("[[level]]")


def tables_of(page: Path, folder: Path) -> dict[str, UsageTable]:
    """The usage tables of a page, by name."""
    found: dict[str, UsageTable] = {}
    for block in filter(is_settings, blocks(page, "toml")):
        text = block if "[workspace]" in block else WORKSPACE + block
        (folder / "aftermerge.toml").write_text(text)
        found |= {table.name: table for table in read_settings(folder, {}).tables}
    return found


def metrics_of(page: Path) -> str:
    """All metrics of a page as one file; a table that begins with `# as above` goes on where the one above ended."""
    tables: dict[str, str] = {}
    for block in blocks(page, "toml"):
        if not is_settings(block) and not is_ladder(block):
            for name, body in re.findall(r"^\[(\w+)\]\n(.*?)(?=^\[|\Z)", block, re.DOTALL | re.MULTILINE):
                assert name not in tables or AS_ABOVE in body, f"`{name}` stands twice on {page.name}"
                tables[name] = tables.get(name, "") + body
    return "\n".join(f"[{name}]\n{body}" for name, body in tables.items())


def bets_of(page: Path) -> Sequence[Bet]:
    return [parse_bet(block, page.name) for block in blocks(page, "markdown") if block.startswith("---\nbet:")]


def read(page: Path, folder: Path) -> Mapping[str, Metric]:
    (folder / "metrics.toml").write_text(metrics_of(page))
    return {metric.name: metric for metric in read_metrics(folder)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_toml_is_a_file_that_the_settings_take(page: Path, tmp_path: Path) -> None:
    tables = tables_of(HOW_TO / "usage-data.md", tmp_path) | tables_of(page, tmp_path)
    check_metrics(tmp_path, tuple(read(page, tmp_path).values()), tuple(tables.values()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_bet_is_one_and_names_metrics_of_its_page(page: Path, tmp_path: Path) -> None:
    metrics = read(page, tmp_path)
    for bet in bets_of(page):
        assert {bet.metric, *bet.guardrails, *bet.also} <= metrics.keys(), bet.slug
        assert bet.worth is None or bet.worth.unit == metrics[bet.metric].effect_unit, bet.slug


def test_the_pages_on_experiments_and_rollouts_show_every_way_to_say_who_got_it() -> None:
    bets = [bet for name in ("experiments.md", "rollouts.md") for bet in bets_of(HOW_TO / name)]
    assert any(bet.split and bet.flag for bet in bets)
    assert any(bet.treatment and len(bet.split) > 2 for bet in bets)
    assert any(bet.flag and not bet.split and not bet.rollout for bet in bets)
    assert any(isinstance(bet.rollout, str) for bet in bets)
    assert any(isinstance(bet.rollout, Mapping) for bet in bets)


def test_the_pages_on_exploring_and_showing_have_files_that_can_be_read(tmp_path: Path) -> None:
    (exploration,) = blocks(HOW_TO / "explore.md", "markdown")
    assert parse_exploration(exploration, "explorations/offline-maps.md", ["arrivals"]).leads_to == "no"
    (interview,) = blocks(HOW_TO / "thank-and-show.md", "markdown")
    assert parse_interview(interview, "interviews/pier.md").problem == "export-times-out"
    (ladder,) = filter(is_ladder, blocks(HOW_TO / "thank-and-show.md", "toml"))
    (tmp_path / "ladder.toml").write_text(ladder)
    assert [level.id for level in read_ladder(tmp_path / "ladder.toml")] == ["engineer"]
