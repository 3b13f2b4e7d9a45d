"""Every shape of message finds its bet; the real histories' reverts are those that were read by hand."""

import pytest
from benchmarks.linking import HISTORIES, history, of_history, of_reverts, of_shapes
from benchmarks.linking_shapes import SHAPES, Shape

from support.real_data import real_data


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_message_of_every_shape_serves_the_bets_that_it_should(shape: Shape) -> None:
    found, true = of_shapes([shape])
    assert found == true


@pytest.mark.parametrize("name", HISTORIES)
def test_a_line_among_real_messages_is_found_and_nothing_else_is(name: str) -> None:
    real_data("git")
    rows = history(name)
    for found, true in (of_history(rows), of_reverts(rows)):
        assert found == true
        assert true
