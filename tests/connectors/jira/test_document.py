"""Jira's documents as text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.connectors.jira.document import mentioned, words_of


def node(kind: str, *content: dict[str, Any], **attrs: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attrs, "content": list(content)}


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": [{"type": "strong"}]}


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    return node("paragraph", *content)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ([paragraph(words("It "), words("stops")), paragraph(words("Always"))], "It stops\nAlways"),
        ([node("heading", words("Export"), level=2), paragraph(words("stops"))], "Export\nstops"),
        ([paragraph(words("one"), {"type": "hardBreak"}, words("two"))], "one\ntwo"),
        (
            [node("bulletList", node("listItem", paragraph(words("one"))), node("listItem", paragraph(words("two"))))],
            "- one\n- two",
        ),
        ([node("codeBlock", words("a\n  b"))], "a\n  b"),
        (
            [paragraph(words("see "), node("inlineCard", url="https://harbor.example/x"))],
            "see https://harbor.example/x",
        ),
        ([paragraph(node("mention", text="@Ada Obi", id="7"), words(" waits"))], "@Ada Obi waits"),
        ([paragraph(node("emoji", shortName=":tada:"), node("status", text="BLOCKED"))], ":tada:BLOCKED"),
        ([paragraph(node("date", timestamp="1770000000000"))], "2026-02-02"),
        ([node("panel", paragraph(words("note"))), node("unheardOf", paragraph(words("kept")))], "note\nkept"),
        ([node("expand", paragraph(words("inside")), title="More")], "More\ninside"),
        ([], None),
    ],
)
def test_a_document_reads_as_its_reader_sees_it(content: list[dict[str, Any]], seen: str | None) -> None:
    assert words_of({"type": "doc", "version": 1, "content": content}) == seen


def test_a_text_of_a_server_stays_as_it_is() -> None:
    assert words_of(" h1. It *stops*\r\n") == "h1. It *stops*"
    assert words_of(" ") is None
    assert words_of(None) is None


def test_the_persons_whom_it_mentions_are_told() -> None:
    document = node("doc", paragraph(node("mention", text="@Ada Obi"), node("mention", text="Ben Ito")))
    assert list(mentioned(document)) == ["Ada Obi", "Ben Ito"]
    assert list(mentioned("@Ada")) == []


def test_any_depth_is_read() -> None:
    document = words("deep")
    for _ in range(50_000):
        document = {"type": "blockquote", "content": [document]}
    assert words_of(document) == "deep"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "attrs", "content", "timestamp"]), inner, max_size=4)
        | inner.map(lambda value: {"type": "date", "attrs": {"timestamp": value}})
        | inner.map(lambda value: {"type": "text", "text": value})
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_stands_in_it_nothing_raises(document: object) -> None:
    words_of(document)
    list(mentioned(document))
