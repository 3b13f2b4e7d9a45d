import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from importlib.resources import files

import jsonschema
import pytest

from aftermerge.model.chart import ArmsChart
from aftermerge.model.readout import Check, Needs, Placebo, Readout, Readouts, Slice, Subject
from aftermerge.render.documents import readout_document, readouts_document

SCHEMA = json.loads(files("aftermerge.render").joinpath("schemas/readouts.schema.json").read_text())
BARE = Readout(Subject("bet", "b"), "m", "before_after", "primary", "pp", 1.0, "cannot_tell", "no data")
FULL = replace(
    BARE,
    estimate=-0.82,
    low=-1.3,
    high=-0.3,
    baseline=0.19,
    retrospective=True,
    verdict="harmed",
    needs=Needs(3, None),
    checks=(Check("sample_ratio", "warn", "p = .0086"),),
    placebo=Placebo(64, 3),
    units={"gate_30": 44_700},
    window=(date(2024, 1, 1), date(2024, 1, 28)),
    slices=(Slice("segment", "DE", -0.5, -2.0, 1.0, 900),),
    weights={"Utah": 0.334, "Nevada": 0.235},
    chart=ArmsChart(("all", "DE"), (-0.82, -0.5), (-1.3, -2.0), (-0.3, 1.0)),
    sql="SELECT 1",
)


@pytest.mark.parametrize("readout", [BARE, FULL, replace(FULL, verdict=None, role="also")])
def test_what_is_printed_fits_the_published_schema(readout: Readout) -> None:
    document = readouts_document(Readouts(datetime(2024, 2, 1, tzinfo=UTC), (readout,)))
    jsonschema.validate(json.loads(json.dumps(document)), SCHEMA)


def test_a_number_that_is_none_can_t_slip_through_as_nan() -> None:
    document = readouts_document(Readouts(datetime(2024, 2, 1, tzinfo=UTC), (replace(FULL, estimate=float("nan")),)))
    with pytest.raises(ValueError, match="not JSON compliant"):
        json.dumps(document, allow_nan=False)


def test_slices_and_weights_are_printed_as_they_are() -> None:
    document = readout_document(FULL)
    part = {"kind": "segment", "name": "DE", "estimate": -0.5, "low": -2.0, "high": 1.0, "units": 900}
    assert document["slices"] == [part]
    assert document["weights"] == {"Utah": 0.334, "Nevada": 0.235}


def test_every_part_of_a_readout_is_published_but_its_chart_which_has_a_command_of_its_own() -> None:
    readout = SCHEMA["$defs"]["readout"]
    assert {field.name for field in fields(Readout)} - {"chart"} | {"grade"} == set(readout["properties"])
    assert set(readout["required"]) == set(readout["properties"])
