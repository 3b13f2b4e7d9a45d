"""Specifications drawn for real."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from aftermerge.errors import AftermergeError
from aftermerge.figures import VegaFigures
from aftermerge.model.chart import ArmsChart
from aftermerge.model.readout import Readout, Subject
from aftermerge.render.figures import figure
from support.charts import CHARTED, READOUT

HOSTILE = "<script>alert('1')</script>&\"]]>"


def svg_of(readout: Readout, label: str = "") -> str:
    spec = figure(readout, label)
    assert spec is not None
    return VegaFigures().svg(spec)


@pytest.mark.parametrize("name", CHARTED)
def test_each_kind_is_drawn_at_its_size_and_bears_its_title(name: str) -> None:
    svg = ET.fromstring(svg_of(CHARTED[name]))  # noqa: S314 - our own
    words = " ".join(svg.itertext())
    assert "faster-export · export success" in words
    assert "grade" in words
    assert (svg.get("width"), svg.get("height")) == ("640", "280")


def test_names_that_look_like_markup_are_shown_and_do_nothing() -> None:
    chart = ArmsChart((HOSTILE, "all"), (1.0, 2.0), (0.0, 1.0), (2.0, 3.0))
    svg = svg_of(replace(READOUT, chart=chart, subject=Subject("release", HOSTILE)), HOSTILE)
    tree = ET.fromstring(svg)  # noqa: S314 - our own
    assert "<script" not in svg
    assert not [node for node in tree.iter() if str(node.tag).endswith("script")]
    assert "".join(tree.itertext()).count("<script>") >= 3


def test_an_svg_refers_to_nothing_outside() -> None:
    svg = svg_of(CHARTED["series"])
    assert set(re.findall(r'https?://[^"\s]+', svg)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Pacific/Auckland"])
def test_days_stand_under_their_own_dates_whatever_zone_the_machine_is_in(zone: str) -> None:
    code = (
        "from aftermerge.figures import VegaFigures; from aftermerge.render.figures import figure;"
        "from support.charts import CHARTED; print(VegaFigures().svg(figure(CHARTED['series'])))"
    )
    environment = {**os.environ, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    labels = re.findall(r">(\d+ Mar)<", done.stdout)
    assert labels == [f"{day} Mar" for day in range(1, 7)]


def test_a_png_is_drawn_at_twice_the_size() -> None:
    spec = figure(CHARTED["looks"])
    assert spec is not None
    png = VegaFigures().png(spec)
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1280, 560)


def test_a_specification_that_can_t_be_drawn_is_refused_with_a_word() -> None:
    for draw in (VegaFigures().svg, VegaFigures().png):
        with pytest.raises(AftermergeError, match="could not be drawn"):
            draw({"mark": "no such mark", "data": {"values": []}})


def test_data_from_elsewhere_is_never_fetched() -> None:
    spec = {"data": {"url": "http://127.0.0.1:9/x.json"}, "mark": "point", "encoding": {"x": {"field": "a"}}}
    with pytest.raises(AftermergeError, match=r"could not be drawn: .*url not allowed"):
        VegaFigures().svg(spec)


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(AftermergeError, match="not installed") as caught:
        VegaFigures().svg({})
    assert "pip install 'aftermerge[figures]'" in (caught.value.then or "")
