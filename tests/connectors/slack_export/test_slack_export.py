"""What customers write in their Slack channels, and what the team answers."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aftermerge.connectors.slack_export import SlackExport, connect
from aftermerge.errors import DataError, SettingsError
from aftermerge.model.batch import Batch
from support.file_sources import context, pulled

USERS = [
    {"id": "U1", "name": "ada",
     "profile": {"real_name": "Ada Quay", "display_name": "adaq", "email": "ada@quay.example"}},
    {"id": "U2", "name": "finn", "profile": {"real_name": "Finn Pier", "email": "finn@harbor.example"}},
    {"id": "U3", "name": "bo", "profile": {"real_name": "Bo Mole", "email": "bo@mole.example"}},
    {"id": "B1", "name": "robot", "is_bot": True, "profile": {"real_name": "Robot"}},
]  # fmt: skip
CHANNELS = [{"id": "C1", "name": "help"}, {"id": "C2", "name": "internal"}]


def said(user: str, words: str, ts: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "text": words, "ts": ts, **more}


def export(root: Path, *messages: object, day: str | None = None, top: str = "") -> Path:
    files = {
        "users.json": json.dumps(USERS), "channels.json": json.dumps(CHANNELS),
        "internal/2024-01-05.json": json.dumps([said("U1", "Secret", "1704448800.0")]),
        "help/2024-01-05.json": day or json.dumps(messages),
    }  # fmt: skip
    with zipfile.ZipFile(root / "slack.zip", "w") as packed:
        for name, content in files.items():
            packed.writestr(top + name, content)
    return root / "slack.zip"


def source(root: Path, path: str = "slack.zip", **keys: Any) -> SlackExport:
    given = {"path": path, "channels": ["#help"], "team": ["harbor.example"], **keys}
    return connect(given, context(root), "slack")


def read(root: Path, *messages: object, **how: Any) -> tuple[Batch, SlackExport]:
    export(root, *messages, **how)
    connector = source(root)
    (batch,) = pulled(connector)
    return batch, connector


def test_a_thread_is_feedback_with_the_teams_first_answer(tmp_path: Path) -> None:
    thread = {"thread_ts": "1704448800.000100"}
    batch, connector = read(
        tmp_path,
        said("U1", "Export &lt;fails&gt; for <@U3>, see <https://x.example|this>", "1704448800.000100", **thread),
        said("U1", "Still", "1704448810.0", **thread),
        said("U3", "Same here", "1704448820.0", **thread),
        said("U2", "On it, <@U1>", "1704448830.0", **thread),
        said("U2", "Done", "1704448840.0", **thread),
    )
    first, other = batch.feedback
    assert (first.id, first.text) == ("slack:C1-1704448800.000100", "Export <fails> for @Bo Mole, see this")
    assert (first.reply, first.replied_by) == ("On it, @adaq", "U2")
    assert first.replied_at == datetime(2024, 1, 5, 10, 0, 30, tzinfo=UTC)
    assert (other.author, other.text, other.thread) == ("U3", "Same here", first.thread)
    assert set(batch.names[first.id]) >= {"Ada Quay", "adaq", "ada@quay.example", "Bo Mole", "Finn Pier"}
    assert [known.id for known in batch.customers] == ["slack:U1", "slack:U3"]
    assert connector.unheard == {"a customer's later message in a thread": 1, "the team itself writes": 2}


def test_bots_joins_and_pictures_without_words_are_not_heard(tmp_path: Path) -> None:
    batch, connector = read(
        tmp_path,
        said("U1", "joined", "1704448800.0", subtype="channel_join"),
        {"type": "message", "subtype": "bot_message", "text": "Deployed", "ts": "1704448801.0"},
        said("B1", "beep", "1704448802.0"),
        said("U1", "", "1704448803.0", subtype="file_share"),
    )
    assert batch.feedback == ()
    assert connector.unheard == {
        "nobody speaks in it (channel_join)": 1, "a bot wrote it": 2, "there are no words in it": 1,
    }  # fmt: skip


def test_only_the_channels_that_are_named_are_read_and_they_must_be_there(tmp_path: Path) -> None:
    batch, _ = read(tmp_path, said("U1", "Hello", "1704448800.0"))
    assert [row.text for row in batch.feedback] == ["Hello"]
    with pytest.raises(DataError, match="no channel `halp`") as told:
        pulled(source(tmp_path, channels=["halp"]))
    assert "`help`" in str(told.value)


def test_channels_and_team_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="names no channel"):
        source(tmp_path, channels=[])
    with pytest.raises(SettingsError, match="who the team is"):
        source(tmp_path, team=[])


def test_a_folder_and_a_folder_in_a_zip_are_exports_too(tmp_path: Path) -> None:
    path = export(tmp_path, said("U1", "Hello", "1704448800.0"), top="acme export/")
    with zipfile.ZipFile(path) as packed:
        packed.extractall(tmp_path / "folder")
    for given in ("slack.zip", "folder", "folder/acme export"):
        (batch,) = pulled(source(tmp_path, given))
        assert [row.text for row in batch.feedback] == ["Hello"]


def test_what_is_no_message_is_rejected_and_the_rest_read(tmp_path: Path) -> None:
    batch, _ = read(tmp_path, 7, said("U1", "No time", "soon"), said("U1", "x" * 10_000_001, "1704448801.0"),
                    said("U1", "مرحبا 👋 <script>", "1704448800.0"))  # fmt: skip
    assert [row.text for row in batch.feedback] == ["مرحبا 👋 <script>"]
    assert [(row.row, row.reason) for row in batch.rejected] == [
        (1, "no message with a time"), (2, "no message with a time"), (3, "the message is too long"),
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "reason"), [("{broken", "not JSON"), ('{"a": 1}', "not a list of messages")])
def test_a_broken_day_costs_itself_alone(tmp_path: Path, day: str, reason: str) -> None:
    batch, _ = read(tmp_path, day=day)
    assert [(row.file, row.reason) for row in batch.rejected] == [("help/2024-01-05.json", reason)]


def test_an_edit_is_a_newer_version_and_reading_again_finds_nothing(tmp_path: Path) -> None:
    batch, connector = read(tmp_path, said("U1", "Hello", "1704448800.0", edited={"user": "U1", "ts": "1704448900.0"}))
    assert batch.feedback[0].updated_at == datetime(2024, 1, 5, 10, 1, 40, tzinfo=UTC)
    assert pulled(connector, batch.cursor) == []


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "slack.zip", "w") as packed:
        packed.writestr("a.json", "[]")
    with pytest.raises(DataError, match=r"no channels\.json"):
        pulled(source(tmp_path))
