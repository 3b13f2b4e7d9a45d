"""A readout with each kind of chart, made up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from aftermerge.model.chart import ArmsChart, EventStudyChart, LooksChart, SeriesChart
from aftermerge.model.readout import Readout, Subject

DAY = date(2026, 3, 1)
READOUT = Readout(
    Subject("bet", "faster-export"),
    "export_success",
    "controlled",
    "primary",
    "percent",
    5.0,
    "improved",
    "the whole interval lies on the good side of zero",
    estimate=6.24,
    low=3.1,
    high=9.4,
)
SERIES = SeriesChart(
    days=tuple(DAY + timedelta(day) for day in range(6)),
    observed=(100.0, 103.0, None, 101.0, 108.0, 109.0),
    forecast=(None, None, None, None, 102.0, 103.0),
    low=(None, None, None, None, 99.0, 99.5),
    high=(None, None, None, None, 105.0, 106.5),
    switch=DAY + timedelta(4),
)
LOOKS = LooksChart(
    days=tuple(DAY + timedelta(day) for day in range(4)),
    estimate=(4.0, 2.5, 2.2, 2.1),
    low=(float("-inf"), -20.0, -0.4, 0.3),
    high=(float("inf"), 25.0, 4.8, 3.9),
)
STUDY = EventStudyChart(7, (-2, -1, 0, 1), (0.1, 0.0, 0.9, 1.4), (-0.4, 0.0, 0.4, 0.9), (0.6, 0.0, 1.4, 1.9))
ARMS = ArmsChart(("all", "Germany", "all"), (2.0, 1.0, 0.4), (1.0, -1.0, -4.0), (3.0, 3.0, 4.8))

CHARTED: Mapping[str, Readout] = {
    "series": replace(READOUT, chart=SERIES),
    "looks": replace(READOUT, chart=LOOKS, design="randomised", unit="pp"),
    "event_study": replace(READOUT, chart=STUDY, design="staggered", unit="pp", verdict="too_early"),
    "arms": replace(READOUT, chart=ARMS, design="randomised", unit="absolute", retrospective=True),
}
