"""The charts of a review, drawn into the page that shows them."""

from base64 import b64encode
from collections.abc import Iterator, Mapping

from aftermerge.errors import AftermergeError
from aftermerge.model.review import ReadMetric, Review
from aftermerge.ports import Figures
from aftermerge.render.figures import figure
from aftermerge.render.page_html import Picture

MOST_PICTURES = 3
"""More would make the mail long, and heavy."""


def pictures_of(review: Review, figures: Figures) -> tuple[Mapping[str, Picture], AftermergeError | None]:
    """By bet, of the first claims that spoke; and why there are none, where they can't be drawn."""
    drawn: dict[str, Picture] = {}
    try:
        for claim in _claims(review):
            spec = figure(claim.readout, claim.metric.title) if len(drawn) < MOST_PICTURES else None
            if spec:
                uri = f"data:image/png;base64,{b64encode(figures.png(spec)).decode('ascii')}"
                drawn[claim.readout.subject.id] = Picture(uri, str(spec["description"]))
    except AftermergeError as error:
        return {}, error
    return drawn, None


def _claims(review: Review) -> Iterator[ReadMetric]:
    for item in review.bets:
        if item.claim and item.claim.readout.verdict in ("improved", "harmed"):
            yield item.claim
