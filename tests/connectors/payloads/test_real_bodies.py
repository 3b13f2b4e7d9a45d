"""Real webhook bodies of many tools import unchanged, and importing again changes nothing."""

from pathlib import Path

import pytest

from aftermerge.connectors.payloads import connect
from aftermerge.connectors.payloads.bodies import Body, bodies
from aftermerge.connectors.payloads.tools import tool_of
from support.file_sources import context, pulled
from support.memory_ledger import MemoryLedger
from support.real_data import real_data

ZULIP = "zulip_webhook_fixtures.tar.gz"
OCTOKIT = "octokit_webhooks_examples_7.6.1_api.github.com.json.gz"
COUNTS = {"intercom": 25, "jira": 27, "freshdesk": 8, "delighted": 2, "front": 16, "sentry": 13, "gitlab": 53}


@pytest.mark.parametrize(("tool", "name"), [*((tool, ZULIP) for tool in COUNTS), ("github", OCTOKIT)])
def test_every_body_is_heard_or_not_heard_and_none_is_lost(tmp_path: Path, tool: str, name: str) -> None:
    path = real_data("webhooks", name)
    source = connect({"kind": "payloads", "path": str(path), "of": tool}, context(tmp_path), tool)
    (batch,) = pulled(source)
    assert batch.rejected == ()
    ledger = MemoryLedger()
    assert ledger.store(tool, batch).new == len(batch.feedback)
    again = connect({"kind": "payloads", "path": str(path), "of": tool}, context(tmp_path), tool)
    (second,) = pulled(again)
    stored = ledger.store(tool, second)
    assert (stored.new, stored.changed) == (0, 0)
    assert pulled(again, batch.cursor) == []
    assert sum(source.unheard.values()) > 0


def test_a_tools_bodies_are_told_by_their_marks() -> None:
    folders: dict[str, set[str | None]] = {}
    for body in bodies(real_data("webhooks", ZULIP)):
        assert isinstance(body, Body)
        folders.setdefault(body.file.split("/")[1], set()).add(tool_of(body.content))
    assert {tool: folders[tool] for tool in COUNTS} == {tool: {tool} for tool in COUNTS}
    found = list(bodies(real_data("webhooks", OCTOKIT)))
    assert len(found) == 329
    assert {tool_of(body.content) for body in found if isinstance(body, Body)} == {"github"}
