"""The outcome review in all its forms. Each opens with what changed for customers."""

from collections.abc import Mapping, Sequence

from aftermerge.model.review import Review
from aftermerge.render.page_blocks import Block, page_blocks
from aftermerge.render.page_html import Picture, page_html
from aftermerge.render.page_text import page_markdown, page_text
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.review_page import period_in_words, review_page
from aftermerge.render.untrusted import one_line


def review_text(review: Review, paint: Paint = plain) -> str:
    """For a terminal of 80 columns or more, and for who reads mail without HTML."""
    return page_text(review_page(review), paint)


def review_markdown(review: Review) -> str:
    """For a pull request, a wiki or a chat."""
    return page_markdown(review_page(review))


def review_html(review: Review, pictures: Mapping[str, Picture] | None = None) -> str:
    """For a mail, or a browser."""
    return page_html(review_page(review), pictures)


def review_blocks(review: Review) -> Sequence[Block]:
    """For Slack."""
    return page_blocks(review_page(review))


def review_subject(review: Review) -> str:
    """What a mail with it is called."""
    return f"{one_line(review.workspace, 60)}: what it changed for customers, {period_in_words(review)}"
