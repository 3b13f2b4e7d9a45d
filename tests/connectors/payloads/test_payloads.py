"""Saved webhook bodies end as feedback, as not heard, or rejected: never as a failure."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.payloads import PayloadsSource, connect
from aftermerge.connectors.payloads.tools import load, tools
from aftermerge.errors import DataError, SettingsError
from aftermerge.model.batch import Batch
from support.file_sources import context, pulled


def response(identifier: str = "5", comment: str = "Slow", updated: int = 1_700_000_100, **more: Any) -> dict[str, Any]:
    person = {"id": "7", "email": "ada@quay.example", "name": "Ada Quay"}
    data = {"id": identifier, "person": person, "score": 5, "comment": comment, "created_at": 1_700_000_000,
            "updated_at": updated, "notes": [], **more}  # fmt: skip
    return {"event_type": "survey_response.updated", "event_id": "e", "event_data": data}


def source(root: Path, path: str, tool: str = "delighted") -> PayloadsSource:
    return connect({"kind": "payloads", "path": path, "of": tool}, context(root), "desk")


def read(root: Path, name: str, content: bytes | str) -> tuple[PayloadsSource, Batch]:
    (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    connector = source(root, name)
    (batch,) = pulled(connector)
    return connector, batch


def one(body: object) -> str:
    return json.dumps(body)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", one(response())),
        ("a.json.gz", gzip.compress(one(response()).encode())),
        ("a.json", one([response(), response("6")])[:-1] + "]"),
        ("a.jsonl", one(response()) + "\n" + one(response("6")) + "\n"),
        ("a.json", one({"headers": {"X": "1"}, "body": response()})),
        ("a.json", one({"headers": {"X": "1"}, "payload": one(response())})),
        ("a.json", one([{"name": "n", "description": "d", "examples": [response()]}])),
        ("a.json", one(response()).replace("[]", "[],").replace('"notes": [],', '"notes": [],,'[:-1])),
    ],
)
def test_bodies_are_taken_out_of_what_they_were_saved_in(tmp_path: Path, name: str, content: bytes | str) -> None:
    _, batch = read(tmp_path, name, content)
    assert batch.rejected == ()
    assert batch.feedback[0].id == "desk:5"


def test_a_zip_and_a_folder_are_read_without_what_systems_leave_in_them(tmp_path: Path) -> None:
    folder = tmp_path / "hooks"
    (folder / ".git").mkdir(parents=True)
    (folder / "a.json").write_text(one(response("1")))
    (folder / ".git" / "x.json").write_text("broken")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as packed:
        packed.writestr("hooks/a.json", one(response("1")))
        packed.writestr("__MACOSX/a.json", "broken")
        packed.writestr("hooks/README.md", "words")
    for path in ("hooks", "z.zip"):
        (batch,) = pulled(source(tmp_path, path))
        assert ([row.id for row in batch.feedback], batch.rejected) == (["desk:1"], ())


def test_the_newest_version_of_a_record_wins_in_whatever_order_they_come(tmp_path: Path) -> None:
    old, new = response(comment="Old"), response(comment="New", updated=1_700_000_200)
    for name, bodies in (("a.jsonl", [old, new]), ("b.jsonl", [new, old])):
        _, batch = read(tmp_path, name, "\n".join(map(one, bodies)))
        assert [row.text for row in batch.feedback] == ["New"]


def test_a_reply_outlives_a_newer_body_without_it(tmp_path: Path) -> None:
    note = {"text": "Thanks", "created_at": 1_700_000_050, "user_email": "finn@harbor.example"}
    bodies = [response(notes=[note]), response(comment="New", updated=1_700_000_200)]
    _, batch = read(tmp_path, "a.json", one(bodies))
    (row,) = batch.feedback
    assert (row.text, row.reply) == ("New", "Thanks")
    assert set(batch.names[row.id]) == {"Ada Quay", "ada@quay.example", "finn@harbor.example"}


def test_reading_again_finds_nothing_until_a_file_changes(tmp_path: Path) -> None:
    connector, batch = read(tmp_path, "a.json", one(response()))
    assert pulled(connector, batch.cursor) == []
    (tmp_path / "a.json").write_text(one([response(), response("6")]))
    (again,) = pulled(source(tmp_path, "a.json"), batch.cursor)
    assert [row.id for row in again.feedback] == ["desk:5", "desk:6"]
    assert len(pulled(source(tmp_path, "a.json"), "imported by someone")) == 1


def test_a_body_that_is_broken_costs_itself_alone(tmp_path: Path) -> None:
    content = one(response()) + '\n{"event_type": \n"text"\n' + one(response("6")) + "\n"
    _, batch = read(tmp_path, "a.jsonl", content)
    assert [row.id for row in batch.feedback] == ["desk:5", "desk:6"]
    assert [(row.row, row.reason) for row in batch.rejected] == [(2, "not JSON"), (3, "not a JSON object")]
    assert len((tmp_path / "rejected" / "desk.jsonl").read_text().splitlines()) == 2


def test_a_body_beyond_ten_megabytes_is_rejected(tmp_path: Path) -> None:
    _, batch = read(tmp_path, "a.jsonl", one(response(comment="x" * 10_000_001)) + "\n" + one(response("6")))
    assert [row.id for row in batch.feedback] == ["desk:6"]
    assert "larger than 10,000,000 bytes" in batch.rejected[0].reason


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    _, batch = read(tmp_path, "a.json", one(response(comment="caf~")).encode().replace(b"~", b"\xe9"))
    assert batch.feedback[0].text == "caf\N{REPLACEMENT CHARACTER}"


def test_another_tools_bodies_are_passed_over_and_those_without_marks_beside_them(tmp_path: Path) -> None:
    other = {"type": "notification_event", "topic": "ping"}
    connector, batch = read(tmp_path, "a.json", one([response(), other, {"hello": 1}]))
    assert [row.id for row in batch.feedback] == ["desk:5"]
    assert connector.unheard == {"another tool's body": 1, "a body without a known tool's marks": 1}


def test_a_room_that_stumbles_over_a_body_loses_that_body_alone(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(one([{"trouble": 1}, response()]))
    room = load("delighted")

    def stumbling(body: Any, name: str) -> Any:
        if "trouble" in body:
            raise KeyError("trouble")
        return room(body, name)

    config = source(tmp_path, "a.json").config
    (batch,) = pulled(PayloadsSource("desk", config, context(tmp_path), stumbling))
    assert [row.id for row in batch.feedback] == ["desk:5"]
    assert batch.rejected[0].reason == "a body of delighted that can't be read: KeyError"


def test_the_tool_must_be_said_and_known(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not say whose"):
        connect({"path": "a.json"}, context(tmp_path), "desk")
    with pytest.raises(SettingsError, match="`delight` can't be read") as told:
        source(tmp_path, "a.json", "delight")
    assert "delighted" in str(told.value)


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        pulled(source(tmp_path, "nowhere"))


def test_every_room_is_there() -> None:
    assert {"delighted", "freshdesk", "front", "github", "intercom", "jira", "sentry", "zendesk"} <= set(tools())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "data", "event_data", "person", "conversation", "issue", "notes"]), inner
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("tool", ["delighted", "freshdesk", "front", "sentry"])
@given(body=st.dictionaries(
    st.sampled_from(["event_type", "event_data", "freshdesk_webhook", "type", "conversation", "target", "data"]),
    _JSON | st.sampled_from(["survey_response.created", "inbound"])))  # fmt: skip
def test_no_body_whatever_makes_a_room_stumble(tool: str, body: dict[str, Any]) -> None:
    for heard in load(tool)(body, "desk"):
        assert heard
