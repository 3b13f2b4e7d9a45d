"""What the figures say; how they look is held by snapshots of their specifications.

Refresh with AFTERMERGE_UPDATE_SNAPSHOTS=1, and look at the figures drawn before it is committed.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.chart import ArmsChart, Chart, EventStudyChart, LooksChart, SeriesChart
from aftermerge.model.readout import Readout, Subject
from aftermerge.render.figures import figure
from support.charts import ARMS, CHARTED, DAY, LOOKS, READOUT, SERIES

SNAPSHOTS = Path(__file__).parent / "snapshots"


def spec_of(readout: Readout, label: str = "") -> Any:
    """As it would be printed: JSON has no infinity."""
    return json.loads(json.dumps(figure(readout, label), allow_nan=False))


def texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for part in node.values() if isinstance(node, dict) else node:
            yield from texts(part)


@pytest.mark.parametrize("name", CHARTED)
def test_the_specification_of_each_kind_is_the_one_that_was_looked_at(name: str) -> None:
    file = SNAPSHOTS / f"{name}.vl.json"
    text = json.dumps(spec_of(CHARTED[name]), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS"):
        file.write_text(text)
    assert file.read_text() == text


@pytest.mark.parametrize("name", CHARTED)
def test_a_figure_brings_its_data_along_and_names_no_address(name: str) -> None:
    spec = spec_of(CHARTED[name])
    schema = spec.pop("$schema")
    assert "vega-lite" in schema
    assert not [text for text in texts(spec) if "//" in text]
    assert spec["data"]["values"]
    assert "url" not in json.dumps(spec)


def test_the_title_says_subject_and_metric_and_the_line_under_it_verdict_effect_and_design() -> None:
    title = spec_of(CHARTED["series"])["title"]
    assert title["text"] == "faster-export · export success"
    assert title["subtitle"] == "improved +6.2% [+3.1, +9.4], grade C, before/after with controls"
    assert spec_of(CHARTED["series"], "Exports that finish")["title"]["text"] == "faster-export · Exports that finish"
    assert spec_of(CHARTED["arms"])["title"]["subtitle"].endswith("grade A, randomised, retrospective")


def test_a_readout_without_a_chart_or_without_a_point_has_no_figure() -> None:
    empty: list[Chart | None] = [
        None,
        SeriesChart((), (), (), (), (), DAY),
        LooksChart((), (), (), ()),
        EventStudyChart(7, (), (), (), ()),
        ArmsChart((), (), (), ()),
    ]
    assert [figure(replace(READOUT, chart=chart)) for chart in empty] == [None] * len(empty)


def test_a_series_is_shown_from_half_a_year_before_the_change() -> None:
    days = tuple(DAY + timedelta(day) for day in range(900))
    blank = (None,) * 900
    chart = SeriesChart(days, (1.0,) * 900, blank, blank, blank, switch=days[870])
    shown = [row["day"] for row in spec_of(replace(READOUT, chart=chart))["data"]["values"]]
    assert (shown[0], shown[-1]) == (days[690].isoformat(), days[-1].isoformat())


def test_the_first_looks_do_not_squeeze_the_last_ones() -> None:
    bottom, top = spec_of(CHARTED["looks"])["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert -1 < bottom < -0.4
    assert 4.8 < top < 6


def test_looks_that_are_all_open_ended_show_their_estimates() -> None:
    wide = (float("inf"),) * 4
    chart = replace(LOOKS, low=tuple(-end for end in wide), high=wide)
    bottom, top = spec_of(replace(READOUT, chart=chart))["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert bottom < 0
    assert top > 4


def test_the_rule_of_an_event_study_stands_between_the_last_period_before_and_the_first_after() -> None:
    layers = spec_of(CHARTED["event_study"])["layer"]
    assert layers[0]["encoding"]["y"]["datum"] == 0
    assert layers[1]["encoding"]["x"]["datum"] == -0.5


@pytest.mark.parametrize(("days", "told"), [(7, "weeks"), (1, "days"), (14, "periods of 14 days")], ids=str)
def test_the_periods_of_an_event_study_are_told_in_their_own_length(days: int, told: str) -> None:
    chart = EventStudyChart(days, (0,), (1.0,), (0.0,), (2.0,))
    x = spec_of(replace(READOUT, chart=chart))["layer"][-1]["encoding"]["x"]
    assert x["title"] == f"{told} since units got the change"


def test_two_groups_of_one_name_have_a_row_each_and_many_groups_a_higher_figure() -> None:
    spec = spec_of(CHARTED["arms"])
    assert [row["name"] for row in spec["data"]["values"]] == ["all", "Germany", "all (2)"]
    many = ArmsChart(tuple(map(str, range(21))), (1.0,) * 21, (0.0,) * 21, (2.0,) * 21)
    assert spec_of(replace(READOUT, chart=many))["height"] > spec["height"] == 280


NUMBERS = st.floats(-1e300, 1e300) | st.sampled_from([float("inf"), float("-inf")])
HOSTILE = st.text(st.characters(), max_size=30)


@given(st.lists(st.tuples(HOSTILE, NUMBERS, NUMBERS, NUMBERS), max_size=4), HOSTILE, HOSTILE)
def test_any_names_and_numbers_make_a_specification_in_plain_json(
    rows: list[tuple[str, float, float, float]], subject: str, label: str
) -> None:
    chart = ArmsChart(*(tuple(column) for column in zip(*rows, strict=True))) if rows else ARMS
    spec = spec_of(replace(READOUT, chart=chart, subject=Subject("release", subject)), label)
    names = [row["name"] for row in spec["data"]["values"]]
    assert len(set(names)) == len(names)
    assert not any(ord(sign) < 32 for text in texts(spec) for sign in text)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=4))
def test_any_looks_make_a_specification_in_plain_json(rows: list[tuple[float, float, float]]) -> None:
    days = tuple(DAY + timedelta(day) for day in range(len(rows)))
    estimate, low, high = (tuple(column) for column in zip(*rows, strict=True))
    assert spec_of(replace(READOUT, chart=LooksChart(days, estimate, low, high)))["data"]["values"]


def test_days_are_shown_in_utc_so_that_no_zone_moves_them() -> None:
    x = spec_of(CHARTED["series"])["layer"][0]["encoding"]["x"]
    assert x["scale"] == {"type": "utc"}
    assert x["title"] == "1 Mar 2026 – 6 Mar 2026"
    assert len(x["axis"]["values"]) == len(SERIES.days)
