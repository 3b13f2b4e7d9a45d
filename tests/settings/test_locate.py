import tomllib

from hypothesis import given
from hypothesis import strategies as st

from aftermerge.settings.locate import line_of

TEXT = '''\
title = "a"

[workspace]   # the first
name = """
[not.a.table]
kind = "no"
"""
"quoted key" = 1

[[source]]
kind = "git"
environments = [
  "production",
  ["x"],
]
path = "."

[[source]]
kind = 'csv'
[source.columns]
text = "Comment # not a comment"

[[usage.events]]
name = "app"
columns.day = "d"
'''


def test_a_key_is_found_on_the_line_where_it_stands() -> None:
    assert line_of(TEXT, ("title",)) == 1
    assert line_of(TEXT, ("workspace",)) == 3
    assert line_of(TEXT, ("workspace", "quoted key")) == 8


def test_the_rows_of_an_array_of_tables_are_told_apart() -> None:
    assert line_of(TEXT, ("source", 0, "kind")) == 11
    assert line_of(TEXT, ("source", 1, "kind")) == 19
    assert line_of(TEXT, ("source", 1, "columns", "text")) == 21


def test_lines_inside_long_texts_and_lists_are_no_keys() -> None:
    assert line_of(TEXT, ("workspace", "kind")) == 3
    assert line_of(TEXT, ("source", 0, "path")) == 16


def test_dotted_keys_and_tables_are_followed() -> None:
    assert line_of(TEXT, ("usage", "events", 0, "columns", "day")) == 25
    assert line_of(TEXT, ("usage", "events", 0, "name")) == 24


def test_a_missing_key_is_placed_at_its_table() -> None:
    assert line_of(TEXT, ("source", 1, "name")) == 18
    assert line_of(TEXT, ("team", 0)) is None


@given(st.lists(st.sampled_from(["a = 1", "b = '''\n[z]\n'''", "# [c]", "", 'd = ["]", {e = "}"}]']), max_size=12))
def test_every_table_is_found_whatever_stands_above_it(lines: list[str]) -> None:
    unique = list(dict.fromkeys(lines))
    text = "\n".join([*unique, "[here]"])
    tomllib.loads(text)
    assert line_of(text, ("here",)) == text.count("\n") + 1
