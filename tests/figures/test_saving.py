from collections.abc import Mapping
from pathlib import Path

import pytest

from aftermerge.errors import AftermergeError, InputError, OutsideError
from aftermerge.figures import save_figure


class PlainFigures:
    """Draws a word."""

    def svg(self, spec: Mapping[str, object]) -> str:
        return f"<svg>{spec['told']} é</svg>"

    def png(self, spec: Mapping[str, object]) -> bytes:
        raise AftermergeError("no ink")


def test_the_ending_says_what_is_drawn(tmp_path: Path) -> None:
    save_figure(PlainFigures(), {"told": "x"}, tmp_path / "a.SVG")
    assert (tmp_path / "a.SVG").read_text(encoding="utf-8") == "<svg>x é</svg>"


@pytest.mark.parametrize("name", ["a.pdf", "a", ".svg", "a.svg.gz"])
def test_another_ending_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no name for a figure") as caught:
        save_figure(PlainFigures(), {"told": "x"}, tmp_path / name)
    assert caught.value.then == "end it in `.svg` or `.png`"
    assert not list(tmp_path.iterdir())


def test_a_figure_that_can_t_be_drawn_leaves_the_one_before_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"before")
    with pytest.raises(AftermergeError, match="no ink"):
        save_figure(PlainFigures(), {}, tmp_path / "a.png")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_a_place_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken.svg").mkdir()
    for path in (tmp_path / "nowhere" / "a.svg", tmp_path / "taken.svg"):
        with pytest.raises(OutsideError, match="can't write"):
            save_figure(PlainFigures(), {"told": "x"}, path)
    assert [path.name for path in tmp_path.iterdir()] == ["taken.svg"]
