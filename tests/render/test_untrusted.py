from hypothesis import given
from hypothesis import strategies as st

from aftermerge.render.untrusted import markdown, one_line


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = one_line(text)
    assert not any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert "\u202e" not in shown


def test_a_long_text_is_cut_at_a_word() -> None:
    assert one_line("one two three four", most=9) == "one two …"


def test_a_subject_and_a_body_are_kept_apart() -> None:
    assert one_line("Export\n\nIt spins.\nFor ever.") == "Export — It spins. For ever."


def test_markdown_has_no_link_mention_tag_or_image_left() -> None:
    told = markdown("<img src=x> @maya ![x](http://e.vil) `code` # head")
    assert not any(
        mark in told.replace("\\`", "").replace("\\!", "") for mark in ("<img", "@", "](", "http:", "`", "![")
    )


def test_emoji_and_right_to_left_words_are_kept() -> None:
    assert one_line("👩‍🚀 שלום") == "👩‍🚀 שלום"
