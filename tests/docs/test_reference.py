"""What is not documented fails here."""

import importlib.util
import inspect
import os
import re
from pathlib import Path

import pytest

from aftermerge.bet.parse import KEYS
from aftermerge.connectors.csv import config as csv_config
from aftermerge.connectors.git import config as git_config
from aftermerge.connectors.github import config as github_config
from aftermerge.connectors.gitlab import config as gitlab_config
from aftermerge.connectors.intercom import config as intercom_config
from aftermerge.connectors.jira import config as jira_config
from aftermerge.connectors.linear import config as linear_config
from aftermerge.connectors.mbox import config as mbox_config
from aftermerge.connectors.payloads import config as payloads_config
from aftermerge.connectors.slack_export import config as slack_config
from aftermerge.connectors.zendesk import config as zendesk_config
from aftermerge.learn.exploration_file import EXPLORATION_KEYS
from aftermerge.learn.interview_file import INTERVIEW_KEYS
from aftermerge.settings import fit
from aftermerge.settings.ladder import ExpectationForm, LevelForm
from aftermerge.settings.metrics import MetricForm
from aftermerge.settings.tables import SHAPES, UsageForm
from aftermerge.settings.workspace import Hear, Ship, Team, Workspace

DOCS = Path(__file__).parents[2] / "docs"
FILES = (DOCS / "reference" / "files.md").read_text()


def section(title: str) -> set[str]:
    """The keys that stand in the first column of a section's table."""
    (text,) = re.findall(rf"^#+ {re.escape(title)}$(.*?)(?=^#|\Z)", FILES, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))


def connector_keys(module: object) -> set[str]:
    """The keys that a connector's `refuse_unknown` lets through."""
    (call,) = re.findall(r"keys\.refuse_unknown\((.*?)\)\n", inspect.getsource(module), re.DOTALL)  # type: ignore[arg-type]
    return set(re.findall(r'"(\w+)"', call)) - {"kind"}


@pytest.mark.parametrize(
    ("title", "keys"),
    [
        ("`[workspace]`", set(Workspace.keys())),
        ("`[[team]]`", set(Team.keys())),
        ("`[ship]`", set(Ship.keys())),
        ("`[hear]`", set(Hear.keys())),
        ("`[usage]`", set(UsageForm.keys())),
        ('`[[source]]` with `kind = "git"`', connector_keys(git_config)),
        ('`[[source]]` with `kind = "csv"`', connector_keys(csv_config)),
        ('`[[source]]` with `kind = "github"`', set(github_config.KEYS)),
        ('`[[source]]` with `kind = "gitlab"`', set(gitlab_config.KEYS)),
        ('`[[source]]` with `kind = "intercom"`', connector_keys(intercom_config)),
        ('`[[source]]` with `kind = "jira"`', connector_keys(jira_config)),
        ('`[[source]]` with `kind = "linear"`', connector_keys(linear_config)),
        ('`[[source]]` with `kind = "mbox"`', connector_keys(mbox_config)),
        ('`[[source]]` with `kind = "payloads"`', connector_keys(payloads_config)),
        ('`[[source]]` with `kind = "slack_export"`', connector_keys(slack_config)),
        ('`[[source]]` with `kind = "zendesk"`', connector_keys(zendesk_config)),
        (
            "`[[usage.events]]`, `[[usage.series]]`, `[[usage.units]]`",
            set().union(*(set(form.keys()) for form in SHAPES.values())),
        ),
        ("metrics.toml", set(MetricForm.keys())),
        ("bets/*.md", set(KEYS)),
        ("explorations/*.md", set(EXPLORATION_KEYS)),
        ("interviews/*.md", set(INTERVIEW_KEYS)),
        ("ladder.toml", {*LevelForm.keys(), *ExpectationForm.keys()}),
    ],
)
def test_every_key_is_documented_and_no_other(title: str, keys: set[str]) -> None:
    assert section(title) == keys


def test_what_each_kind_reads_from_each_table_is_documented() -> None:
    shapes = ("events", "units", "series", "feedback")
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|(.*)\|$", FILES, re.MULTILINE)
    documented = {
        (shape, kind): (set(re.findall(r"\*\*(\w+)\*\*", cell)), set(re.findall(r"\w+", cell)))
        for kind, *cells in rows
        for shape, cell in zip(shapes, cells, strict=True)
        if cell.strip()
    }
    assert documented == {
        (shape, kind): (set(keys.needs), {*keys.needs, *keys.may})
        for shape, kinds in fit.KEYS.items()
        for kind, keys in kinds.items()
    }


def test_the_reference_of_the_command_line_is_that_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS"):
        generate.TARGET.write_text(generate.reference())
    assert generate.TARGET.read_text() == generate.reference(), "AFTERMERGE_UPDATE_SNAPSHOTS=1 writes it anew"


def test_no_link_in_the_docs_leads_nowhere() -> None:
    root = DOCS.parent
    for page in [root / "README.md", root / "CONTRIBUTING.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
